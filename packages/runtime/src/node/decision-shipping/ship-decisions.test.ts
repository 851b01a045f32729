import { appendFile, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turnEnd } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { createDecisionControl } from "../../testing/decision-control.ts";
import type { DecisionControl, DecisionFault } from "../../testing/decision-control.ts";
import { temporaryDirectory } from "../../testing/temporary-directory.ts";
import type { DecisionRecord } from "../../wire/decision-record.ts";
import type { FollowerTimes } from "../control-follower/follower-times.ts";
import { decisionsPath } from "./decision-segments.ts";
import { asidePath } from "./kept-aside.ts";
import { openDecisions } from "./open-decisions.ts";
import type { Decisions, DecisionsOptions } from "./open-decisions.ts";
import { cursorPath } from "./ship-cursor.ts";
import type { ShippingEvent } from "./ship-decisions.ts";

/** Waits for nothing but other work; remembers how long it was to wait. */
function instantTimes(waited: number[] = []): FollowerTimes {
  return {
    now: () => Date.now(),
    random: () => 0,
    async wait(milliseconds, signal) {
      waited.push(milliseconds);
      if (!signal.aborted) await turnEnd();
    },
  };
}

/** Some time ago. */
const DECIDED_AT = Date.now() - 5000;

function record(requestIdentifier: string): DecisionRecord {
  // Only these matter to what carries them.
  return { requestIdentifier, decidedAt: DECIDED_AT } as DecisionRecord;
}

function line(id: string): string {
  return `${JSON.stringify(record(id))}\n`;
}

/** A host's decisions, with what happened. */
interface Opened extends Decisions {
  readonly events: ShippingEvent[];
}

async function open(
  directory: string,
  control: DecisionControl | undefined,
  options: Partial<DecisionsOptions> = {},
): Promise<Opened> {
  const events: ShippingEvent[] = [];
  const decisions = await openDecisions({
    directory,
    maxDiskBytes: 1024 ** 3,
    control,
    times: instantTimes(),
    onEvent: (event) => void events.push(event),
    ...options,
  });
  onTestFinished(() => decisions.close());
  return { ...decisions, events };
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return (await readdir(directory)).toSorted();
}

describe("shipDecisions()", () => {
  test("ships what is written, in order, and each once", async () => {
    const control = createDecisionControl();
    const { log, shipping } = await open(await temporaryDirectory(), control);
    await log.append(record("a"));
    await expect.poll(() => control.taken).toEqual(["a"]);
    for (const id of ["b", "c", "d"]) await log.append(record(id));
    await expect.poll(() => control.taken).toEqual(["a", "b", "c", "d"]);
    await expect.poll(shipping).toMatchObject({ waiting: 0, new: 4, repeated: 0, lost: 0 });
    expect(shipping()).not.toHaveProperty("oldestAt");
  });

  test("ships what a host before left, after a torn line and around a damaged one", async () => {
    const directory = await temporaryDirectory();
    const control = createDecisionControl();
    const spoiling = `{"requestIdentifier":"x"}],"more":[{"a":1}`;
    const text = `${line("a")}${spoiling}\n\0\0\0\n[1]\n${line("b")}${line("c").slice(0, 20)}`;
    await writeFile(decisionsPath(directory), text);
    const { log, shipping, events } = await open(directory, control);
    await log.append(record("d"));
    await expect.poll(() => control.taken).toEqual(["a", "b", "d"]);
    await expect.poll(shipping).toMatchObject({ waiting: 0, new: 3, unreadable: 4 });
    expect(events.filter(({ kind }) => kind === "keptAside")).not.toEqual([]);
    const aside = (await readFile(asidePath(directory), "utf8")).trimEnd().split("\n");
    expect(aside.map((entry) => JSON.parse(entry) as object)).toMatchObject([
      { code: "UNREADABLE", line: spoiling },
      { code: "UNREADABLE", line: "\0\0\0" },
      { code: "UNREADABLE", line: "[1]" },
      { code: "UNREADABLE" },
    ]);
    expect((await stat(asidePath(directory))).mode & 0o777).toBe(0o600);
  });

  test("sends at most a thousand at once, and a line of megabytes never", async () => {
    const directory = await temporaryDirectory();
    const control = createDecisionControl();
    const ids = Array.from({ length: 2500 }, (_, index) => String(index));
    const long = `{"a":"${"x".repeat(2_500_000)}"}\n`;
    await writeFile(decisionsPath(directory), `${ids.map(line).join("")}${long}${line("last")}`);
    const { shipping } = await open(directory, control);
    await expect.poll(() => control.taken).toEqual([...ids, "last"]);
    expect(Math.max(...control.requests)).toBe(1000);
    // It comes in pieces of what is read at once.
    await expect.poll(shipping).toMatchObject({ waiting: 0, new: 2501, unreadable: 5 });
  });

  test("counts and keeps aside what control refuses, and goes on", async () => {
    const directory = await temporaryDirectory();
    const control = createDecisionControl();
    control.refused.set("b", "TOO_OLD").set("c", "an odd code with 2000000123456789");
    const { log, shipping } = await open(directory, control);
    for (const id of ["a", "b", "c", "d"]) await log.append(record(id));
    await expect.poll(() => control.taken).toEqual(["a", "d"]);
    await expect.poll(() => shipping()?.refused).toEqual({ TOO_OLD: 1, OTHER: 1 });
    expect(await readFile(asidePath(directory), "utf8")).toContain('"code":"TOO_OLD"');
  });

  test("finds what spoils a request, and ships all others in order", async () => {
    const directory = await temporaryDirectory();
    const control = createDecisionControl();
    const ids = Array.from({ length: 100 }, (_, index) => String(index));
    await writeFile(decisionsPath(directory), ids.map(line).join(""));
    for (const id of ["0", "41", "42", "99"]) control.spoiling.add(id);
    const { shipping } = await open(directory, control);
    await expect.poll(() => control.taken).toEqual(ids.filter((id) => !control.spoiling.has(id)));
    await expect.poll(shipping).toMatchObject({ waiting: 0, refused: { STATUS_400: 4 } });
  });

  test("gives nothing up while control takes nothing at all", async () => {
    const directory = await temporaryDirectory();
    const control = createDecisionControl();
    const ids = Array.from({ length: 300 }, (_, index) => String(index));
    await writeFile(decisionsPath(directory), ids.map(line).join(""));
    control.always = { status: 400 };
    const { shipping, events } = await open(directory, control);
    await expect.poll(() => events).toMatchObject([{ kind: "stuck" }]);
    await expect.poll(() => shipping()?.problem).toBe("DECISIONS_REFUSED");
    expect(shipping()).toMatchObject({ waiting: 300, refused: {} });
    control.always = undefined;
    await expect.poll(() => control.taken).toEqual(ids);
    await expect.poll(() => events).toMatchObject([{ kind: "stuck" }, { kind: "goesOn" }]);
  });

  test("gives one up that control refuses though it comes alone, after some attempts", async () => {
    const control = createDecisionControl();
    control.spoiling.add("a");
    const { log, shipping } = await open(await temporaryDirectory(), control);
    await log.append(record("a"));
    await expect.poll(() => shipping()?.refused).toEqual({ STATUS_400: 1 });
    expect(control.requests).toEqual([1, 1, 1, 1, 1, 1]);
    await log.append(record("b"));
    await expect.poll(() => control.taken).toEqual(["b"]);
  });

  test("ships a file again that a kill left, or somebody brought back, and deletes it then", async () => {
    const directory = await temporaryDirectory();
    const control = createDecisionControl();
    const first = await open(directory, control);
    await first.log.append(record("a"));
    await first.log.rotate();
    await first.log.append(record("b"));
    await expect.poll(() => control.taken).toEqual(["a", "b"]);
    await first.close();
    await writeFile(join(directory, "decisions.000001.ndjson"), line("a") + line("c"));
    await open(directory, control);
    await expect.poll(() => control.taken).toEqual(["a", "b", "c"]);
    await expect.poll(() => namesIn(directory)).not.toContain("decisions.000001.ndjson");
  });

  test.each<readonly [string, DecisionFault, RegExp]>([
    ["refuses the token", { status: 401 }, /got 401; check the runtime's token/],
    ["does not know the path", { status: 404 }, /got 404/],
    ["has a database that is away", { status: 503 }, /got 503/],
    ["cannot be reached", "unreachable", /cannot be reached/],
    ["answers something else", "gibberish", /got something else/],
    ["says nothing of a decision", "miscounts", /got something else/],
  ])("waits, says so once, and loses nothing when control %s", async (_, fault, message) => {
    const control = createDecisionControl();
    control.always = fault;
    const { log, shipping, events } = await open(await temporaryDirectory(), control);
    await log.append(record("a"));
    await log.append(record("b"));
    await expect.poll(() => shipping()?.problem).toMatch(/^CONTROL_/);
    await expect.poll(() => shipping()).toMatchObject({ waiting: 2, refused: {} });
    expect(shipping()?.oldestAt).toBe(DECIDED_AT);
    control.always = undefined;
    await expect.poll(() => control.taken).toEqual(["a", "b"]);
    await expect.poll(() => shipping()?.waiting).toBe(0);
    await expect.poll(() => events.map(({ kind }) => kind)).toEqual(["stuck", "goesOn"]);
    expect(events[0]).toMatchObject({
      error: { message: expect.stringMatching(message) as string },
    });
    expect(shipping()).not.toHaveProperty("problem");
  });

  test("waits longer each time, and as long as control asks", async () => {
    const control = createDecisionControl();
    control.faults.push("unreachable", { status: 503, retryAfter: 30 });
    control.faults.push({ status: 429, retryAfter: 20 });
    const waited: number[] = [];
    const times = instantTimes(waited);
    const { log } = await open(await temporaryDirectory(), control, { times });
    await log.append(record("a"));
    await expect.poll(() => control.taken).toEqual(["a"]);
    const pauses = waited.filter((milliseconds) => ![500, 30_000].includes(milliseconds));
    expect(pauses).toEqual([250, 20_000]);
    // The second pause is as long as decisions are collected.
    expect(waited.filter((milliseconds) => milliseconds === 500).length).toBeGreaterThan(1);
  });

  test("tries again at once when control is said to be there", async () => {
    const control = createDecisionControl();
    control.always = "unreachable";
    let pause = Promise.withResolvers<void>();
    const times = {
      ...instantTimes(),
      wait(milliseconds: number, signal: AbortSignal): Promise<void> {
        // Nothing but the pause after a failure lasts.
        if (milliseconds === 500 || milliseconds === 30_000) return turnEnd();
        expect(signal.aborted).toBe(false);
        pause.resolve();
        return untilAborted(milliseconds, signal);
      },
    };
    const { log, retry } = await open(await temporaryDirectory(), control, { times });
    await log.append(record("a"));
    await pause.promise;
    pause = Promise.withResolvers();
    retry();
    // It was tried, and is away all the same.
    await pause.promise;
    control.always = undefined;
    retry();
    await expect.poll(() => control.taken).toEqual(["a"]);
  });

  test("ships at its end what was just written, and does not wait for a control that is away", async () => {
    const directory = await temporaryDirectory();
    const control = createDecisionControl();
    // Nothing is collected before the end.
    const times = { ...instantTimes(), wait: untilAborted };
    const first = await open(directory, control, { times });
    await first.log.append(record("a"));
    await first.close();
    expect(control.taken).toEqual(["a"]);
    control.always = "unreachable";
    const second = await open(directory, control, { times });
    await second.log.append(record("b"));
    await second.close();
    control.always = undefined;
    await open(directory, control);
    await expect.poll(() => control.taken).toEqual(["a", "b"]);
    expect(control.requests).toEqual([1, 1]);
  });

  test("reads a file from its start that was emptied, cut or replaced", async () => {
    const directory = await temporaryDirectory();
    const path = decisionsPath(directory);
    const control = createDecisionControl();
    const first = await open(directory, control);
    for (const id of ["a", "b"]) await first.log.append(record(id));
    await expect.poll(() => first.shipping()).toMatchObject({ waiting: 0 });
    await truncate(path, 0);
    await first.log.append(record("c"));
    await expect.poll(() => control.taken).toEqual(["a", "b", "c"]);
    await first.close();
    // As long as before, and something else.
    await writeFile(path, line("d"));
    await open(directory, control);
    await expect.poll(() => control.taken).toEqual(["a", "b", "c", "d"]);
  });

  test("repeats and loses nothing when its cursor is gone or damaged", async () => {
    const directory = await temporaryDirectory();
    const control = createDecisionControl();
    for (const damage of [() => rm(cursorPath(directory)), () => damaged(cursorPath(directory))]) {
      const decisions = await open(directory, control);
      await decisions.log.append(record(String(control.taken.length)));
      await decisions.close();
      await damage();
    }
    const { shipping } = await open(directory, control);
    await expect.poll(shipping).toMatchObject({ waiting: 0, repeated: 2, new: 0 });
    expect(control.taken).toEqual(["0", "1"]);
  });

  test("deletes full files once control has them, and the oldest where there is no more room", async () => {
    const directory = await temporaryDirectory();
    const control = createDecisionControl();
    control.always = "unreachable";
    const size = Buffer.byteLength(line("0000"));
    // Four files at most, of some ten decisions each.
    const { log, shipping, events } = await open(directory, control, { maxDiskBytes: 40 * size });
    const ids = Array.from({ length: 100 }, (_, index) => String(index).padStart(4, "0"));
    for (const id of ids) await log.append(record(id));
    await expect.poll(() => shipping()?.lost).toBeGreaterThan(40);
    control.always = undefined;
    await expect.poll(() => shipping()?.waiting).toBe(0);
    const told = events.flatMap((event) => (event.kind === "lost" ? event.count : []));
    const lost = told.reduce((sum, count) => sum + count, 0);
    expect(shipping()?.lost).toBe(lost);
    expect(control.taken).toEqual(ids.slice(lost));
    await expect
      .poll(() => namesIn(directory))
      .toEqual(["decisions.cursor.json", "decisions.ndjson"]);
  });
});

describe("openDecisions() without a control plane", () => {
  test("moves full files aside, and deletes the oldest where there is no more room", async () => {
    const directory = await temporaryDirectory();
    const size = Buffer.byteLength(line("0000"));
    const { log, close } = await open(directory, undefined, { maxDiskBytes: 40 * size });
    const ids = Array.from({ length: 100 }, (_, index) => String(index).padStart(4, "0"));
    for (const id of ids) await log.append(record(id));
    await close();
    await expect.poll(() => bytesIn(directory)).toBeLessThanOrEqual(40 * size);
    const names = await namesIn(directory);
    expect(names.length).toBeGreaterThan(2);
    const older = names.filter((name) => name !== "decisions.ndjson");
    const texts = [...older, "decisions.ndjson"].map((name) =>
      readFile(join(directory, name), "utf8"),
    );
    const text = (await Promise.all(texts)).join("");
    expect(text).toBe(
      ids
        .slice(-text.split("\n").length + 1)
        .map(line)
        .join(""),
    );
  });
});

/** One thing that happens to a host and its control plane. */
type Happening =
  | { readonly kind: "decide"; readonly count: number }
  | { readonly kind: "fault"; readonly fault: DecisionFault }
  | { readonly kind: "kill"; readonly tear: boolean }
  | { readonly kind: "rotate" }
  | { readonly kind: "pass" };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("decide" as const), count: fc.nat(30) }) },
  fc.record({
    kind: fc.constant("fault" as const),
    fault: fc.constantFrom<DecisionFault>("unreachable", "breaksOff", "gibberish", { status: 503 }),
  }),
  fc.record({ kind: fc.constant("kill" as const), tear: fc.boolean() }),
  fc.record({ kind: fc.constantFrom("rotate" as const, "pass" as const) }),
);

describe("close()", () => {
  const faults = ["unreachable", { status: 503 }, "breaksOff"] as const;

  test("gives up at the first failure, for what is on disk is shipped after the next start", async () => {
    const control = createDecisionControl();
    const { log, close, shipping } = await open(await temporaryDirectory(), control);
    control.always = "unreachable";
    await log.append(record("a"));
    await close();
    expect(control.taken).toEqual([]);
    expect(shipping()).toMatchObject({ waiting: 1 });
  });

  test("goes on through failures where it is given time, for there may be no next start", async () => {
    const control = createDecisionControl();
    const options = { flushMs: 20_000 };
    const { log, close, shipping } = await open(await temporaryDirectory(), control, options);
    control.faults.push(...faults);
    await log.append(record("a"));
    await log.append(record("b"));
    await close();
    expect(control.taken).toEqual(["a", "b"]);
    expect(control.faults).toEqual([]);
    expect(shipping()).toMatchObject({ waiting: 0 });
  });

  test("ends when the time is over", async () => {
    const control = createDecisionControl();
    const options = { flushMs: 30 };
    const { log, close } = await open(await temporaryDirectory(), control, options);
    control.always = "unreachable";
    await log.append(record("a"));
    await close();
    expect(control.taken).toEqual([]);
  });
});

test("shipDecisions() loses nothing and keeps the order, whatever fails and whenever it is killed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (happenings) => {
      const directory = await temporaryDirectory();
      const control = createDecisionControl();
      const written: string[] = [];
      let host = await openWild(directory, control);
      for (const it of happenings) {
        if (it.kind === "decide") {
          for (let count = 0; count < it.count; count += 1) {
            written.push(String(written.length));
            await host.log.append(record(written.at(-1) ?? ""));
          }
        } else if (it.kind === "fault") control.faults.push(it.fault);
        else if (it.kind === "rotate") await host.log.rotate();
        else if (it.kind === "kill") {
          // Whatever it did last is not told to control, and its cursor may be the one before.
          control.faults.unshift("unreachable");
          await host.close();
          if (it.tear) await appendFile(decisionsPath(directory), '{"requestIdentifier":"to');
          host = await openWild(directory, control);
        } else await turnEnd();
      }
      control.faults.length = 0;
      await expect.poll(() => control.taken.length, { interval: 1 }).toBe(written.length);
      await expect.poll(() => host.shipping()?.waiting, { interval: 1 }).toBe(0);
      expect(control.taken).toEqual(written);
      await host.close();
    }),
    { numRuns: 25 },
  );
});

/** Small files, so that there are many. */
function openWild(directory: string, control: DecisionControl): Promise<Decisions> {
  return openDecisions({
    directory,
    maxDiskBytes: 1024 ** 3,
    segmentBytes: 600,
    control,
    times: instantTimes(),
  });
}

function untilAborted(_: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve());
  });
}

async function damaged(path: string): Promise<void> {
  await writeFile(path, '{"format":"holdfast.decision-cursor/1","segment":9');
}

async function bytesIn(directory: string): Promise<number> {
  const sizes = (await namesIn(directory)).map(
    async (name) => (await stat(join(directory, name))).size,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
