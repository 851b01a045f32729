import { onTestFinished, vi } from "vitest";
import { createWorker } from "../workers/create-worker.ts";
import type { WorkerEnv } from "../workers/platform.ts";
import type { WorkerConfig } from "../workers/worker-config.ts";
import { createFakeKv } from "./fake-kv.ts";
import type { FakeKv } from "./fake-kv.ts";
import { createTestContext, publishTo } from "./test-worker.ts";
import type { TestContext, TestWorkerApp } from "./test-worker.ts";

/** What one test of the Worker sees: a namespace with what an app publishes, a queue, the log. */
export interface WorkerSession {
  readonly kv: FakeKv;
  /** Bodies of the messages in the queue. */
  readonly queued: string[];
  /** Lines of the log. */
  readonly log: Readonly<Record<string, unknown>>[];
  /** The bindings; fields that are given replace the usual ones. */
  env(fields?: Partial<WorkerEnv>): WorkerEnv;
  /** Begins an isolate. */
  open(env?: WorkerEnv, config?: WorkerConfig): TestIsolate;
}

/** An isolate with a Worker in it. */
interface TestIsolate {
  readonly fetch: (request: Request, env?: WorkerEnv) => Promise<Response>;
  /** Posts a signed request; fields that are given replace the usual ones. */
  readonly ask: (fields?: object, env?: WorkerEnv) => Promise<Response>;
  readonly health: (query?: string) => Promise<{ readonly status: number; readonly body: object }>;
  /** Lets so many ms pass. */
  readonly pass: (milliseconds: number) => void;
  /** Resolves when everything is done that outlives the answers. */
  readonly settled: () => Promise<void>;
  readonly queue: (messages: readonly []) => Promise<void>;
}

/** Where health is asked for. */
export const HEALTH_URL = "http://localhost/healthz";

/** Starts a session for one test; the clock stands still in it. */
export async function startWorkerSession(app: TestWorkerApp): Promise<WorkerSession> {
  const kv = createFakeKv();
  await publishTo(kv, app);
  const queued: string[] = [];
  const log: Record<string, unknown>[] = [];
  const lines = vi.spyOn(console, "log").mockImplementation((line: string) => {
    // As the Worker writes it.
    log.push(JSON.parse(line) as Record<string, unknown>);
  });
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => {
    lines.mockRestore();
    vi.useRealTimers();
  });
  const envOf = (fields: Partial<WorkerEnv> = {}): WorkerEnv => ({
    HOLDFAST_KV: kv,
    HOLDFAST_RUNTIME_SECRET: app.secret,
    HOLDFAST_DECISIONS: { send: async (body) => void queued.push(body) },
    ...fields,
  });
  return {
    kv,
    queued,
    log,
    env: envOf,
    open: (env = envOf(), config = app.config) => openIsolate(app, env, config),
  };
}

function openIsolate(app: TestWorkerApp, usual: WorkerEnv, config: WorkerConfig): TestIsolate {
  const worker = createWorker(config);
  const context: TestContext = createTestContext();
  const fetch = (request: Request, env = usual): Promise<Response> =>
    worker.fetch(request, env, context);
  return {
    fetch,
    ask: (fields, env) => fetch(app.request(fields), env),
    health: async (query = "") => {
      const response = await fetch(new Request(HEALTH_URL + query));
      return { status: response.status, body: (await response.json()) as object };
    },
    pass: (milliseconds) => void vi.setSystemTime(Date.now() + milliseconds),
    settled: () => context.settled(),
    queue: (messages) => worker.queue({ messages }, usual, context),
  };
}

/** Has the code compiled that the first answer needs: that must not cost a test its time. */
export async function warmUp(app: TestWorkerApp): Promise<void> {
  const kv = createFakeKv();
  await publishTo(kv, app);
  const env = { HOLDFAST_KV: kv, HOLDFAST_RUNTIME_SECRET: app.secret };
  const worker = createWorker(app.config);
  const lines = vi.spyOn(console, "log").mockReturnValue();
  let status = 0;
  for (let attempt = 0; status !== 200 && attempt < 20; attempt += 1) {
    ({ status } = await worker.fetch(app.request(), env, createTestContext()));
  }
  lines.mockRestore();
}
