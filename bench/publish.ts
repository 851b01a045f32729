/**
 * How long it takes from the request to publish until every connected runtime answers by it, and what each
 * stage of it takes. The version was saved a moment before, as when somebody saves and publishes.
 *
 *   npm run bench:publish                 ten rounds, five runtimes
 *   npm run bench:publish -- --quick      two rounds, to see that it works
 *   npm run bench:publish -- --json       JSON lines only
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDatabase } from "@holdfast/control/storage";
import {
  serveControl,
  startFollowingHost,
} from "../packages/control/src/distribution/testing/serve-control.ts";
import { openTestPublishing } from "../packages/control/src/publishing/testing/test-publishing.ts";
import { largeFlow } from "./large-flow.ts";
import { median } from "./median.ts";
import { timeStages } from "./publish-stages.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    runtimes: { type: "string", default: "5" },
  },
});
const rounds = values.quick ? 2 : 10;
const runtimes = Number(values.runtimes);

/** What one round took, ms. */
interface Round {
  readonly answered: number;
  readonly live: number;
}

const directory = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
const database = await openDatabase({ engine: "sqlite", directory: join(directory, "control") });
const control = await openTestPublishing(database);
const served = await serveControl(control.app);
const lives = createLiveLog();
const hosts = await Promise.all(
  Array.from({ length: runtimes }, (_, index) =>
    startFollowingHost({
      publisherKeys: control,
      url: served.url,
      directory: join(directory, `runtime-${index}`),
      onLog: (line) => lives.add(line),
    }),
  ),
);
try {
  tell(
    `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`,
  );
  tell(`${rounds} rounds, ${runtimes} runtimes in the process of control\n`);
  for (const rules of [1, 1000, 10_000]) report(rules, await measure(rules));
  await reportStages(10_000);
} finally {
  for (const host of hosts) await host.close();
  await served.close();
  await database.close();
  await rm(directory, { recursive: true });
}

async function measure(rules: number): Promise<readonly Round[]> {
  const results: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const version = await control.save(largeFlow(rules, round));
    results.push(await publishOnce(version));
  }
  return results;
}

async function publishOnce(version: number): Promise<Round> {
  const path = "/v1/apps/yoga/environments/sandbox/publications";
  const { body: page } = await control.call(`GET ${path}?limit=1`);
  const expectedSequence = page.items[0]?.sequence ?? 0;
  const startedAt = performance.now();
  const everywhere = lives.wait(expectedSequence + 1, runtimes);
  const { status } = await control.call(`POST ${path}`, { version, expectedSequence });
  if (status !== 201) throw new Error(`expected 201, got ${status}`);
  const answered = performance.now() - startedAt;
  await everywhere;
  return { answered, live: performance.now() - startedAt };
}

/** Counts in runtimes' logs how many have gone live with a sequence. */
function createLiveLog() {
  const counts = new Map<number, number>();
  let onAdded: (() => void) | undefined;
  return {
    add({ msg, label }: Readonly<Record<string, unknown>>): void {
      if (msg !== "live") return;
      const sequence = Number(String(label).split("_").at(-1));
      counts.set(sequence, (counts.get(sequence) ?? 0) + 1);
      onAdded?.();
    },
    wait: (sequence: number, count: number) =>
      new Promise<void>((resolve) => {
        onAdded = () => {
          if ((counts.get(sequence) ?? 0) >= count) resolve();
        };
      }),
  };
}

function report(rules: number, results: readonly Round[]): void {
  const answered = median(results.map((result) => result.answered));
  const live = median(results.map((result) => result.live));
  const worst = Math.max(...results.map((result) => result.live));
  const figures = {
    rules,
    runtimes,
    answeredMs: rounded(answered),
    liveMs: rounded(live),
    worstMs: rounded(worst),
  };
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else {
    tell(
      `${rules} rules: answered in ${figures.answeredMs} ms, live in all in ${figures.liveMs} ms, at worst ${figures.worstMs} ms`,
    );
  }
}

async function reportStages(rules: number): Promise<void> {
  const times: Readonly<Record<string, number>> = { ...(await timeStages(largeFlow(rules, 0))) };
  const stages = Object.entries(times);
  const figures = Object.fromEntries(stages.map(([name, time]) => [`${name}Ms`, rounded(time)]));
  if (values.json) process.stdout.write(`${JSON.stringify({ stagesOf: rules, ...figures })}\n`);
  else {
    const list = stages.map(([name, time]) => `${name} ${rounded(time)} ms`).join(", ");
    tell(
      `stages at ${rules} rules: ${list}; read only where the process does not remember the text`,
    );
  }
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

function tell(line: string): void {
  if (!values.json) process.stdout.write(`${line}\n`);
}
