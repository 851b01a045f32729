import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ApplyResult } from "@holdfast/provisioning";
import { expect, test } from "vitest";
import { makePng } from "../../../emulator/src/testing/make-png.ts";
import { SMALL_FLOW } from "../../../provisioning/src/testing/provisioning-fixtures.ts";
import { twentyMessages } from "../../../provisioning/src/testing/twenty-messages.ts";
import type { CommandInput, Io } from "../command.ts";
import { apply } from "../commands/apply.ts";
import { createOptions } from "../options.ts";
import { optionsOf, STANDARD_OUTPUT } from "../output-format.ts";
import { applyProvisioning } from "./apply-provisioning.ts";
import { makePlan, openProvisioning } from "./open-provisioning.ts";
import { createMortal } from "./testing/mortal.ts";
import type { Mortal } from "./testing/mortal.ts";
import { createProvisioningWorld } from "./testing/provisioning-world.ts";
import type { ProvisioningWorld } from "./testing/provisioning-world.ts";

const STATE = ".holdfast/provisioning/com.example.yoga.sandbox.json";
const MAT = makePng({ width: 1024, height: 1024 });

/** Every kind of request and of write is in the small flow, too; `HOLDFAST_EVERY_POINT=1` tries all of twenty messages. */
const FLOW = process.env["HOLDFAST_EVERY_POINT"] === "1" ? twentyMessages() : SMALL_FLOW;

/** Every upload that reached the local App Store, and what it answered. */
interface Upload {
  readonly path: string;
  readonly status: number;
}

interface Site {
  readonly world: ProvisioningWorld;
  readonly uploads: Upload[];
}

/** A project beside a local App Store. */
async function openSite(): Promise<Site & AsyncDisposable> {
  const world = await createProvisioningWorld();
  await writeFile(join(world.io.cwd, "flow.yaml"), FLOW);
  await writeFile(join(world.io.cwd, "mat.png"), MAT);
  return { world, uploads: [], [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

function mortalAt({ world, uploads }: Site, endsAt?: number): Mortal {
  return createMortal(async (url, init) => {
    const answer = await world.io.fetch(url, init);
    const path = new URL(url).pathname;
    const isUpload = init.method === "PUT" && /\/(?:image|message)\//.test(path);
    if (isUpload) uploads.push({ path, status: answer.status });
    return answer;
  }, endsAt);
}

/** `holdfast apply --environment sandbox` with the real client and real files; `undefined` when it ended. */
async function applyAs(mortal: Mortal, { world }: Site): Promise<ApplyResult | undefined> {
  const io: Io = { ...world.io, fetch: mortal.fetch };
  const values = { environment: "sandbox" };
  const options = createOptions(
    { values, isGiven: (name) => name in values },
    { specs: optionsOf(apply), output: STANDARD_OUTPUT, io },
  );
  const input: CommandInput = { arguments: [], options };
  const run = async (): Promise<ApplyResult> => {
    const provisioning = await openProvisioning(input, io, mortal.files);
    const plan = await makePlan(provisioning, input, io);
    return applyProvisioning(plan, provisioning, { input, io });
  };
  return Promise.race([run(), mortal.ended.then(() => undefined)]);
}

/** What Apple has in the end, and what is remembered of it, times aside. */
async function reached({ world: { emulator, sandbox, io } }: Site) {
  const state = JSON.parse(await readFile(join(io.cwd, STATE), "utf8")) as {
    readonly defaults: readonly { readonly messageIdentifier: string }[];
    readonly uses: readonly { readonly messages: unknown; readonly until?: unknown }[];
    readonly names: unknown;
  };
  return {
    images: emulator.images(sandbox),
    messages: emulator.messages(sandbox),
    defaults: emulator.defaults(sandbox),
    url: emulator.getRealtimeUrl(sandbox),
    remembered: state.defaults.map(({ messageIdentifier }) => messageIdentifier),
    uses: state.uses.map(({ messages, until }) => ({ messages, until })),
    names: state.names,
  };
}

test("apply converges, and uploads nothing twice, wherever it was killed", async () => {
  await using undisturbed = await openSite();
  const recorded = mortalAt(undisturbed);
  expect((await applyAs(recorded, undisturbed))?.outcome).toBe("complete");
  const expected = await reached(undisturbed);
  const kinds = new Set(recorded.points.map((name) => name.replace(/ \/.*/, "")));
  expect([...kinds].toSorted()).toEqual(KINDS_OF_POINTS);
  for (const [index, name] of recorded.points.entries()) {
    await using site = await openSite();
    expect(
      await applyAs(mortalAt(site, index + 1), site),
      `killed ${name}, point ${index + 1}`,
    ).toBeUndefined();
    expect(await applyAs(mortalAt(site), site), `killed ${name}, point ${index + 1}`).toMatchObject(
      { outcome: "complete" },
    );
    expect(await reached(site), `killed ${name}, point ${index + 1}`).toEqual(expected);
    // Each was sent once, and so accepted once, in both runs together.
    expect(sorted(site.uploads), `killed ${name}, point ${index + 1}`).toEqual(
      sorted(undisturbed.uploads),
    );
    expect(
      site.uploads.every(({ status }) => status === 200),
      `killed ${name}, point ${index + 1}`,
    ).toBe(true);
  }
}, 600_000);

const KINDS_OF_POINTS = [
  ...["GET", "PUT", "create .lock", "create .tmp", "remove .lock", "rename .tmp .json"].flatMap(
    (step) => [`after ${step}`, `before ${step}`],
  ),
  "half of create .lock",
  "half of create .tmp",
].toSorted();

function sorted(uploads: readonly Upload[]): readonly string[] {
  return uploads.map(({ path }) => path).toSorted();
}
