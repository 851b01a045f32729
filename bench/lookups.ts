/**
 * How long it takes a runtime to look a subscriber up: `find()` through the reader's thread, at a steady rate, while
 * another thread merges what Apple tells. And how much of that is merged in a second, in the order it happened and
 * in a random one, which must come to the same.
 *
 *   npm run bench:lookups                        a million subscribers, a million pieces of news
 *   npm run bench:lookups -- --quick             to see that it works; its figures mean little
 *   npm run bench:lookups -- --subscribers 100000 --news 0
 *   npm run bench:lookups -- --json              one JSON line
 */
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { openDatabase } from "@holdfast/control/storage";
import { openSubscriberReader } from "@holdfast/control/subscriber-reader";
import { TEST_IDS } from "../packages/control/src/subscribers/testing/test-ids.ts";
import { updateSubscribers } from "../packages/control/src/subscribers/update-subscribers.ts";
import {
  fillSubscribers,
  NEWS_EACH,
  newsAt,
  PLACE,
  pseudonymAt,
  storedFacts,
} from "./lookup-world.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    subscribers: { type: "string" },
    news: { type: "string" },
  },
});
const subscribers = Number(values.subscribers ?? (values.quick ? 20_000 : 1_000_000));
const news = Number(values.news ?? (values.quick ? 20_000 : 1_000_000));
const rates = { findsPerSecond: 300, newsPerSecond: 200, newsAtOnce: 50 };
const seconds = values.quick ? 4 : 30;

/** How many pieces of news one transaction merges when it is about throughput. */
const MERGED_AT_ONCE = 1000;

/** A thread that answers without a database: what of a lookup is the machine's. */
const ANSWERS_ALL = new URL(
  "../packages/control/src/subscribers/testing/dying-reader-worker.ts",
  import.meta.url,
);

/** How long lookups took, ms. */
interface Latency {
  readonly finds: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const directory = await mkdtemp(join(tmpdir(), "holdfast-lookups-"));
try {
  say(
    `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`,
  );
  const filled = await timed(() => fillSubscribers(directory, subscribers));
  say(`${subscribers} subscribers filled in ${(filled.ms / 1000).toFixed(1)} s`);
  const empty = await measureFinds(ANSWERS_ALL);
  say(`a message and back:    ${render(empty)}`);
  const alone = await measureFinds();
  say(`find() alone:          ${render(alone)}`);
  const writer = await startWriter();
  const beside = await measureFinds();
  const merged = await writer.end();
  say(`find() beside writing: ${render(beside)}; ${merged} pieces of news merged meanwhile`);
  const merging = news === 0 ? undefined : await measureMerging();
  if (values.json) {
    const result = { subscribers, ...rates, empty, alone, beside, merged, ...merging };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** Looks random subscribers up, one in a hundred of whom nothing is known, at a steady rate. */
async function measureFinds(script?: URL): Promise<Latency> {
  const reader = openSubscriberReader({
    databasePath: join(directory, "holdfast.db"),
    ...(script === undefined ? {} : { script }),
  });
  const { signal } = new AbortController();
  const took: number[] = [];
  const pending: Promise<void>[] = [];
  const find = async (): Promise<void> => {
    const isKnown = Math.random() < 0.99;
    const number = Math.floor(Math.random() * subscribers) + (isKnown ? 0 : subscribers);
    const key = { ...PLACE, pseudonym: pseudonymAt(number) };
    const begunAt = performance.now();
    const state = await reader.find(key, signal);
    took.push(performance.now() - begunAt);
    const isFound = state !== undefined;
    const isRight = script !== undefined || isKnown === isFound;
    if (!isRight) throw new Error("expected the one who is there");
  };
  try {
    // The first starts the thread, and opens the database.
    await find();
    took.length = 0;
    const begunAt = performance.now();
    const all = rates.findsPerSecond * seconds;
    for (let count = 0; count < all; count += 1) {
      pending.push(find());
      const dueAt = begunAt + ((count + 1) * 1000) / rates.findsPerSecond;
      const waitMs = dueAt - performance.now();
      if (waitMs > 0) await sleep(waitMs);
    }
    await Promise.all(pending);
  } finally {
    await reader.close();
  }
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { finds: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? Number.NaN };
}

/** Starts the thread that merges beside. */
async function startWriter() {
  const { newsPerSecond: perSecond, newsAtOnce: batch } = rates;
  const worker = new Worker(new URL("servers/lookup-writer.ts", import.meta.url), {
    workerData: { directory, subscribers, perSecond, batch },
  });
  const heard = (kind: string): Promise<{ readonly merged?: number }> =>
    new Promise((resolve, reject) => {
      worker.once("error", reject);
      worker.on("message", (message: { readonly kind: string; readonly merged?: number }) => {
        if (message.kind === kind) resolve(message);
      });
    });
  await heard("up");
  return {
    async end(): Promise<number> {
      const done = heard("done");
      worker.postMessage("end");
      return (await done).merged ?? 0;
    },
  };
}

/** Merges the same news in order and in a random one, each into a database of its own. */
async function measureMerging() {
  const inOrder = await merge((index) => index);
  say(`merging ${news} pieces of news in order:        ${Math.round(inOrder.perSecond)} a second`);
  const order = shuffled(news);
  const disordered = await merge((index) => order[index] ?? 0);
  say(
    `merging ${news} pieces of news in a random order: ${Math.round(disordered.perSecond)} a second`,
  );
  if (inOrder.hash !== disordered.hash) {
    throw new Error("expected the same states in any order, got others");
  }
  say(`both came to the same ${inOrder.rows} states, by their hash`);
  return { news, inOrderPerSecond: inOrder.perSecond, randomPerSecond: disordered.perSecond };
}

async function merge(indexAt: (position: number) => number) {
  const place = await mkdtemp(join(tmpdir(), "holdfast-merging-"));
  const database = await openDatabase({ engine: "sqlite", directory: place });
  const told = Math.max(1, Math.ceil(news / NEWS_EACH));
  try {
    let ms = 0;
    for (let from = 0; from < news; from += MERGED_AT_ONCE) {
      const length = Math.min(MERGED_AT_ONCE, news - from);
      const batch = Array.from({ length }, (_, at) => newsAt(indexAt(from + at), told));
      const { ms: took } = await timed(() =>
        database.transaction((transaction) =>
          updateSubscribers(transaction, PLACE, batch, TEST_IDS),
        ),
      );
      ms += took;
    }
    const hash = createHash("sha256");
    let rows = 0;
    for await (const row of storedFacts(database)) {
      hash.update(row);
      rows += 1;
    }
    return { perSecond: news / (ms / 1000), hash: hash.digest("hex"), rows };
  } finally {
    await database.close();
    await rm(place, { recursive: true, force: true });
  }
}

function shuffled(count: number): readonly number[] {
  const numbers = Array.from({ length: count }, (_, index) => index);
  for (let index = count - 1; index > 0; index -= 1) {
    const other = Math.floor(Math.random() * (index + 1));
    const held = numbers[index] ?? 0;
    numbers[index] = numbers[other] ?? 0;
    numbers[other] = held;
  }
  return numbers;
}

async function timed<T>(
  act: () => Promise<T>,
): Promise<{ readonly result: T; readonly ms: number }> {
  const begunAt = performance.now();
  const result = await act();
  return { result, ms: performance.now() - begunAt };
}

function render({ finds, p50, p99, max }: Latency): string {
  return `p50 ${inMs(p50)}, p99 ${inMs(p99)}, at worst ${inMs(max)}; ${finds} lookups, ${rates.findsPerSecond} a second`;
}

function inMs(value: number): string {
  return `${value.toFixed(2)} ms`;
}

function say(line: string): void {
  if (!values.json) process.stdout.write(`${line}\n`);
}
