/** The program {@link runPublish} runs: publishes over HTTP's side, and kills itself where the task says. */
import { parseSnapshot, snapshotHash } from "@holdfast/flow/snapshot";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import { createKeyring } from "../../secrets/index.ts";
import { openEngine, openOn } from "../../storage/open-database.ts";
import { createControl } from "../create-control.ts";
import type { LiveState, PublishReport, PublishTask } from "./killed-publish.ts";
import { observedEngine } from "./observed-engine.ts";

const ORIGIN = "https://control.test";
const PUBLICATIONS = "/v1/apps/yoga/environments/sandbox/publications";

// Written by runPublish().
const task = JSON.parse(process.argv[2] ?? "") as PublishTask;
const points: string[] = [];
let isArmed = false;

function reach(point: string): void {
  if (!isArmed) return;
  if (points.length === task.killAtPoint) process.kill(process.pid, "SIGKILL");
  points.push(point);
}

const now = (): number => Date.now() + task.laterMs;
const database = await openOn(observedEngine(openEngine(task.place), reach), now);
const current = new Uint8Array(Buffer.from(task.masterKey, "base64"));
const control = await createControl({
  database,
  keyring: await createKeyring({ current, previous: [] }),
  runtimeKeys: await deriveRuntimeKeys(new Uint8Array(32).fill(2), webCryptography),
  publicUrl: ORIGIN,
  release: "0.0.0-test",
  now,
});

async function readJson(path: string, token: string): Promise<unknown> {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await control.fetch(new Request(`${ORIGIN}${path}`, { headers }));
  return response.json();
}

async function count(table: "publications" | "audit_log" | "changes"): Promise<number> {
  const { queries } = database;
  const found = queries.selectFrom(table).select(({ fn }) => fn.countAll().as("count"));
  return Number((await found.executeTakeFirstOrThrow()).count);
}

async function readLive(): Promise<LiveState> {
  const list = await readJson(`${PUBLICATIONS}?limit=1`, task.tokens.publisher);
  // A page of publications, the newest first; something is live from the beginning.
  const { items } = list as { readonly items: readonly [Omit<LiveState, "served" | "counts">] };
  const live = await readJson("/v1/snapshots/yoga/sandbox", task.tokens.runtime);
  const { snapshot } = live as { readonly snapshot: unknown };
  const [{ sequence, version, snapshot: hash }] = items;
  return {
    sequence,
    version,
    snapshot: hash,
    served: await snapshotHash(parseSnapshot(snapshot)),
    counts: {
      publications: await count("publications"),
      audited: await count("audit_log"),
      told: await count("changes"),
    },
  };
}

const before = await readLive();
isArmed = true;
const response = await control.fetch(
  new Request(`${ORIGIN}${PUBLICATIONS}`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${task.tokens.publisher}`,
      "Content-Type": "application/json",
      "Idempotency-Key": task.key,
    },
    body: JSON.stringify(task.body),
  }),
);
reach("answered");
isArmed = false;
const report: PublishReport = { before, after: await readLive(), status: response.status, points };
await control.close();
await database.close();
process.stdout.write(JSON.stringify(report));
