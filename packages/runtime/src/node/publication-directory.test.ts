import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createRuntime } from "../answer/runtime.ts";
import type { LivePublication } from "../ports/publications.ts";
import type { Publishing } from "../publications/create-live-value.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { compileTestFlow, MESSAGE } from "../testing/test-flow.ts";
import { createTestPublication } from "../testing/test-publication.ts";
import type { TestPublication } from "../testing/test-publication.ts";
import { createTestPublisher } from "../testing/test-publisher.ts";
import { createTestRuntime } from "../testing/test-runtime.ts";
import type { StopList } from "../wire/stop-list.ts";
import { writeFileAtomically } from "./atomic-file.ts";
import { openPublicationDirectory } from "./publication-directory.ts";
import type { PublicationDirectory } from "./publication-directory.ts";
import type { PublicationEvent } from "../publications/live-slot.ts";

let app: TestPublication;
beforeAll(async () => {
  app = await createTestPublication();
});

/** A directory of publications, the publisher's side of it and the runtime's. */
interface Place {
  readonly livePath: string;
  readonly lastGood: string;
  readonly events: PublicationEvent[];
  publish(fields?: Partial<Publishing>): Promise<void>;
  stop(fields?: Partial<StopList>): Promise<void>;
  put(name: string, content: string): Promise<void>;
  open(): Promise<PublicationDirectory>;
}

async function createPlace(): Promise<Place> {
  const root = await temporaryDirectory();
  const directory = join(root, "publications");
  await mkdir(directory);
  const events: PublicationEvent[] = [];
  const put = (name: string, content: string): Promise<void> =>
    writeFileAtomically(join(directory, name), content);
  return {
    livePath: join(directory, "test.sandbox.live.json"),
    lastGood: join(root, "last-good"),
    events,
    put,
    publish: async (fields) =>
      put("test.sandbox.live.json", JSON.stringify(await app.live(fields))),
    stop: async (fields) => put("test.sandbox.stop-list.jws", `${await app.stopList(fields)}\n`),
    async open() {
      const opened = await openPublicationDirectory([app.config], {
        ...app.means,
        directory,
        lastGoodDirectory: join(root, "last-good"),
        onEvent: (event) => events.push(event),
      });
      onTestFinished(() => opened.close());
      return opened;
    },
  };
}

function liveIn(directory: PublicationDirectory): LivePublication | undefined {
  return directory.list()[0]?.live;
}

describe("openPublicationDirectory()", () => {
  test("finds what is published, and tells unpublished from unknown", async () => {
    const place = await createPlace();
    const directory = await place.open();
    expect(directory.find("test", "sandbox")).toBe("unpublished");
    expect(directory.find("test", "production")).toBe("unknown");
    expect(directory.find("__proto__", "sandbox")).toBe("unknown");
    await place.publish();
    await directory.refresh();
    expect(directory.find("test", "sandbox")).toMatchObject({ sequence: 1 });
    expect(place.events).toMatchObject([{ kind: "live", label: "test_sandbox_1" }]);
  });

  test("makes its directories, for nobody else to read", async () => {
    const root = await temporaryDirectory();
    const options = {
      ...app.means,
      directory: join(root, "a", "publications"),
      lastGoodDirectory: join(root, "a", "last-good"),
    };
    const directory = await openPublicationDirectory([app.config], options);
    onTestFinished(() => directory.close());
    for (const path of [options.directory, options.lastGoodDirectory]) {
      expect(((await stat(path)).mode % 0o1000).toString(8)).toBe("700");
    }
  });

  test("takes a publication while running, without being asked", async () => {
    const place = await createPlace();
    const directory = await place.open();
    await place.publish({ sequence: 2 });
    await expect.poll(() => liveIn(directory)?.sequence).toBe(2);
    await place.publish({ sequence: 3 });
    await expect.poll(() => liveIn(directory)?.sequence).toBe(3);
  });

  test("takes several refreshes at once one after another", async () => {
    const place = await createPlace();
    const directory = await place.open();
    await place.publish();
    await Promise.all([directory.refresh(), directory.refresh(), directory.refresh()]);
    expect(place.events).toMatchObject([{ kind: "live" }]);
  });

  test("swaps publications without losing a request", async () => {
    const place = await createPlace();
    await place.publish();
    const directory = await place.open();
    const host = await createTestRuntime();
    const runtime = createRuntime({
      publications: {
        ...directory,
        find(name, environment) {
          const found = directory.find(name, environment);
          return typeof found === "string" ? found : { ...found, trust: host.live.trust };
        },
      },
      verifier: host.verifier,
      decisions: {
        append: (record) => void host.records.push(record),
        health: () => ({ ready: true, pending: 0, dropped: 0 }),
      },
      observer: { onAnswer: () => undefined },
      clock: { now: () => host.now, elapsed: () => performance.now() },
    });
    const reviewStates = { messages: { [MESSAGE.plain]: "APPROVED" as const }, images: {} };
    const other = compileTestFlow("sandbox", reviewStates);
    const statuses = new Set<number>();
    for (let sequence = 2; sequence <= 12; sequence += 1) {
      const snapshot = sequence % 2 === 0 ? other : app.snapshot;
      await place.publish({ sequence, snapshot });
      const answers = Array.from({ length: 5 }, async () => runtime.fetch(host.request()));
      await directory.refresh();
      for (const answer of await Promise.all(answers)) statuses.add(answer.status);
    }
    expect([...statuses]).toEqual([200]);
    expect(liveIn(directory)?.sequence).toBe(12);
    expect(new Set(host.records.map(({ snapshot }) => snapshot)).size).toBe(2);
  });
});

describe("openPublicationDirectory() refuses", () => {
  test.each([
    ["a forged one", { sequence: 9 }, "WIRE_SIGNATURE_INVALID"],
    ["an older one", { sequence: 2 }, "PUBLICATION_SUPERSEDED"],
    ["another app's", { sequence: 9, app: "other" }, "PUBLICATION_FOREIGN"],
  ] as const)("%s: what is live stays, and the problem shows", async (_, fields, problem) => {
    const place = await createPlace();
    await place.publish({ sequence: 5 });
    const directory = await place.open();
    const before = liveIn(directory);
    const publisher =
      problem === "WIRE_SIGNATURE_INVALID" ? await createTestPublisher() : app.publisher;
    await place.publish({ ...fields, publisher });
    await directory.refresh();
    expect(liveIn(directory)).toBe(before);
    expect(directory.list()).toMatchObject([{ problem }]);
    expect(place.events.at(-1)).toMatchObject({ kind: "refused", error: { code: problem } });
    await place.publish({ sequence: 6 });
    await directory.refresh();
    expect(liveIn(directory)?.sequence).toBe(6);
    expect(directory.list()[0]).not.toHaveProperty("problem");
  });

  test.each([
    ["a torn one", '{"format":"holdfast.live/1","publi', "UNREADABLE"],
    ["an empty one", "", "UNREADABLE"],
    ["null", "null", "WIRE_MALFORMED"],
    ["a newer format", '{"format":"holdfast.live/2"}', "WIRE_FORMAT_UNKNOWN"],
  ])("%s", async (_, content, problem) => {
    const place = await createPlace();
    await place.publish();
    const directory = await place.open();
    await place.put("test.sandbox.live.json", content);
    await directory.refresh();
    expect(directory.list()).toMatchObject([{ live: { sequence: 1 }, problem }]);
  });

  test("an older one after a restart too", async () => {
    const place = await createPlace();
    await place.publish({ sequence: 5 });
    (await place.open()).close();
    await place.publish({ sequence: 4 });
    expect((await place.open()).list()).toMatchObject([
      { live: { sequence: 5 }, problem: "PUBLICATION_SUPERSEDED" },
    ]);
  });

  test("a signing key that does not open, and goes live without it", async () => {
    const place = await createPlace();
    const directory = await place.open();
    const value = { ...(await app.live()), signingKey: "1.K.AAAA" };
    await place.put("test.sandbox.live.json", JSON.stringify(value));
    await directory.refresh();
    expect(liveIn(directory)?.keys).not.toHaveProperty("signing");
    expect(place.events.map(({ kind }) => kind)).toEqual(["live", "signingKeyUnusable"]);
  });
});

describe("openPublicationDirectory() after a restart", () => {
  test.each([
    ["is gone", undefined],
    ["is damaged", "{"],
    ["is forged", '{"format":"holdfast.live/1"}'],
  ])("serves the last good one when the file %s", async (_, content) => {
    const place = await createPlace();
    await place.publish({ sequence: 5 });
    await place.stop({ sequence: 3, offersPaused: true });
    (await place.open()).close();
    if (content === undefined) await rm(place.livePath);
    else await writeFile(place.livePath, content);
    const live = liveIn(await place.open());
    expect(live).toMatchObject({ sequence: 5, stops: { sequence: 3, offersPaused: true } });
  });

  test("serves the file when its own copy is damaged", async () => {
    const place = await createPlace();
    await place.publish({ sequence: 5 });
    (await place.open()).close();
    const copy = join(place.lastGood, "test.sandbox.live.json");
    await writeFile(copy, (await readFile(copy, "utf8")).slice(0, -9));
    const directory = await place.open();
    expect(directory.list()[0]).not.toHaveProperty("problem");
    expect(liveIn(directory)?.sequence).toBe(5);
    expect(JSON.parse(await readFile(copy, "utf8"))).toMatchObject({ format: "holdfast.live/1" });
  });

  test("serves nothing, and says why, when nothing good was ever seen", async () => {
    const place = await createPlace();
    await place.put("test.sandbox.live.json", "{");
    expect((await place.open()).list()).toEqual([
      { app: "test", environment: "sandbox", problem: "UNREADABLE" },
    ]);
  });
});

describe("openPublicationDirectory() and stop lists", () => {
  test("has a stop list in force from the first request on", async () => {
    const place = await createPlace();
    await place.stop({ sequence: 2, rejectedMessages: ["m"] });
    await place.publish();
    const live = liveIn(await place.open());
    expect(live?.stops).toMatchObject({ sequence: 2, rejectedMessages: new Set(["m"]) });
    expect(place.events.map(({ kind }) => kind)).toEqual(["stopList", "live"]);
  });

  test("keeps it over publications, and lets a higher one lift it", async () => {
    const place = await createPlace();
    const directory = await place.open();
    await place.stop({ sequence: 2, appPaused: true });
    await directory.refresh();
    await place.publish();
    await directory.refresh();
    expect(liveIn(directory)?.stops.appPaused).toBe(true);
    await place.publish({ sequence: 2 });
    await directory.refresh();
    expect(liveIn(directory)?.stops.appPaused).toBe(true);
    await place.stop({ sequence: 3 });
    await directory.refresh();
    expect(liveIn(directory)?.stops).toMatchObject({ sequence: 3, appPaused: false });
  });

  test.each([
    ["an older one", { sequence: 1 }, "PUBLICATION_SUPERSEDED"],
    ["another app's", { sequence: 9, app: "other" }, "PUBLICATION_FOREIGN"],
  ])("refuses %s, after a restart too", async (_, fields, problem) => {
    const place = await createPlace();
    await place.publish();
    await place.stop({ sequence: 2, appPaused: true });
    const directory = await place.open();
    await place.stop(fields);
    await directory.refresh();
    expect(directory.list()).toMatchObject([
      { live: { stops: { sequence: 2, appPaused: true } }, problem },
    ]);
    directory.close();
    expect(liveIn(await place.open())?.stops).toMatchObject({ sequence: 2, appPaused: true });
  });

  test("keeps it when its file is gone, after a restart too", async () => {
    const place = await createPlace();
    await place.publish();
    await place.stop({ sequence: 2, appPaused: true });
    const directory = await place.open();
    await rm(place.livePath.replace("live.json", "stop-list.jws"));
    await directory.refresh();
    expect(liveIn(directory)?.stops.appPaused).toBe(true);
    directory.close();
    expect(liveIn(await place.open())?.stops.appPaused).toBe(true);
  });
});
