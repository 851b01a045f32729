import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { routes } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import { openDatabase, toJsonText } from "@holdfast/control/storage";
import { startEmulator } from "@holdfast/emulator";
import type { Emulator } from "@holdfast/emulator";
import { addEmulatedApp, startServeProcess } from "../e2e/serve-process.ts";
import { runBinary } from "../e2e/spawn-cli.ts";
import { largeFlow } from "./large-flow.ts";
import { loadFor } from "./load.ts";
import type { LoadResult } from "./load.ts";

/** What is measured. */
export interface BesideOptions {
  readonly seconds: number;
  readonly perSecond: number;
  /** The rules of the flows that are compiled meanwhile. */
  readonly rules: number;
  /** Rows that retention deletes meanwhile. */
  readonly oldRows: number;
}

/** Answers alone and beside the control plane's work, from one server in one run. */
export interface BesideResult {
  readonly alone: LoadResult;
  readonly beside: LoadResult;
  /** What the control plane did meanwhile. */
  readonly work: {
    readonly publications: number;
    readonly backups: number;
    readonly deleted: number;
  };
}

const PLACE = { app: "yoga", environment: "sandbox" } as const;

/**
 * Starts the real `holdfast serve` with a local App Store's requests, and measures its answers while the
 * control plane rests, and while it saves, compiles and publishes large flows, backs itself up and deletes
 * old rows, all at once.
 */
export async function measureBesideControl(options: BesideOptions): Promise<BesideResult> {
  const { seconds, rules, oldRows } = options;
  const directory = await mkdtemp(join(tmpdir(), "holdfast-beside-"));
  const database = { engine: "sqlite", directory: join(directory, ".holdfast") } as const;
  const emulator = await startEmulator({ port: 0 });
  try {
    const surroundings = { cwd: directory };
    const first = await startServeProcess(surroundings);
    await addEmulatedApp(first.admin, emulator, PLACE);
    await publish(first.admin, largeFlow(rules, 0));
    await first.stop();
    // Retention is due when the load beside it begins.
    await addOldRows(database, { oldRows, dueInMs: (seconds + START_SECONDS) * 1000 });
    const server = await startServeProcess(surroundings, { token: first.token });
    const load = {
      ...options,
      url: `${server.url}/apple/retention/yoga/sandbox`,
      bodies: await requestsOf(emulator),
      connections: 10,
    };
    await loadFor({ ...load, seconds: 1 });
    const alone = await loadFor(load);
    const work = startWork(server.admin, directory, rules);
    const beside = await loadFor(load);
    const done = await work.stop();
    await server.stop();
    const deleted = oldRows - (await countOldRows(database));
    return { alone, beside, work: { ...done, deleted } };
  } finally {
    await emulator.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** How long a start and a warm-up take, about. */
const START_SECONDS = 3;

async function publish(admin: ApiClient, source: string): Promise<void> {
  const params = PLACE;
  const saved = await admin.call(routes.createVersion, { params, body: { source } });
  const page = await admin.call(routes.listPublications, { params, query: { limit: 1 } });
  const expectedSequence = page.body.items[0]?.sequence ?? 0;
  const body = { version: saved.body.version, expectedSequence };
  await admin.call(routes.publishVersion, { params, body });
}

/** Requests as the App Store signs them, of many subscribers. */
async function requestsOf(emulator: Emulator): Promise<readonly string[]> {
  const subscribers = emulator.subscribers(PLACE).slice(0, 100);
  return Promise.all(
    subscribers.map(async ({ originalTransactionId }) =>
      JSON.stringify(await emulator.signedRequest({ ...PLACE, originalTransactionId })),
    ),
  );
}

/** Saves and publishes, and backs up, both again and again until it is stopped. */
function startWork(admin: ApiClient, cwd: string, rules: number) {
  const done = { publications: 0, backups: 0 };
  const stopping = new AbortController();
  const publishing = (async () => {
    while (!stopping.signal.aborted) {
      await publish(admin, largeFlow(rules, done.publications + 1));
      done.publications += 1;
    }
  })();
  const backingUp = (async () => {
    while (!stopping.signal.aborted) {
      const args = ["backup", `backup-${done.backups}.db`];
      const { code, err } = await runBinary(args, { cwd });
      if (code !== 0) throw new Error(`the backup failed: ${err}`);
      done.backups += 1;
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await Promise.all([publishing, backingUp]);
      return done;
    },
  };
}

type Place = Extract<Parameters<typeof openDatabase>[0], { readonly engine: "sqlite" }>;

/** Finished jobs, long ago: what retention deletes most of. */
async function addOldRows(
  place: Place,
  { oldRows, dueInMs }: { readonly oldRows: number; readonly dueInMs: number },
): Promise<void> {
  const database = await openDatabase(place);
  try {
    await database.transaction(async ({ queries }) => {
      for (let first = 0; first < oldRows; first += BATCH_ROWS) {
        const rows = Array.from({ length: Math.min(BATCH_ROWS, oldRows - first) }, (_, index) =>
          oldJob(first + index),
        );
        await queries.insertInto("jobs").values(rows).execute();
      }
      await queries
        .updateTable("jobs")
        .set({ due_at: Date.now() + dueInMs })
        .where("kind", "=", "storage.retention")
        .where("finished_at", "is", null)
        .execute();
    });
  } finally {
    await database.close();
  }
}

const BATCH_ROWS = 1000;
const OLD_KIND = "bench.old";

function oldJob(index: number) {
  return {
    id: `old_${index}`,
    kind: OLD_KIND,
    key: null,
    payload: toJsonText(null),
    due_at: 1,
    lease: null,
    attempts: 1,
    claimed_at: 1,
    max_attempts: 1,
    last_error: null,
    created_at: 1,
    finished_at: 1,
    outcome: "done",
  } as const;
}

async function countOldRows(place: Place): Promise<number> {
  const database = await openDatabase(place);
  try {
    const { count } = await database.queries
      .selectFrom("jobs")
      .select((row) => row.fn.countAll().as("count"))
      .where("kind", "=", OLD_KIND)
      .executeTakeFirstOrThrow();
    return Number(count);
  } finally {
    await database.close();
  }
}
