import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ABANDONED_AFTER_MS } from "../http/idempotency.ts";
import { flowFor } from "../publishing/testing/test-publishing.ts";
import type { DatabaseOptions } from "../storage/open-database.ts";
import { engines } from "../storage/testing/engines.ts";
import { runPublish } from "./testing/killed-publish.ts";
import type { LiveState, PublishTask } from "./testing/killed-publish.ts";
import { openWholeControl } from "./testing/whole-control.ts";

/** Of the recorded points every so many is one where a process is killed. */
const EVERY = process.env["HOLDFAST_EVERY_POINT"] === "1" ? 1 : 17;

type Prepared = Pick<PublishTask, "place" | "masterKey" | "tokens">;

/** Makes an app with two versions, the first live, and closes the database: only one process may have it. */
async function prepare(place: DatabaseOptions): Promise<Prepared> {
  const masterKey = new Uint8Array(randomBytes(32));
  const { call, setUp, token, close } = await openWholeControl(place, { masterKey });
  const cookie = await setUp();
  const post = async (path: string, body: unknown): Promise<void> => {
    const { status, text } = await call("POST", `/v1/apps${path}`, { cookie, body });
    if (status !== 201) throw new Error(`${path}: expected 201, got ${status} ${text}`);
  };
  const app = { id: "yoga", name: "Yoga", bundleId: "com.example.yoga", appAppleId: 1 };
  await post("", { ...app, environments: { sandbox: {} } });
  await post("/yoga/versions", { source: flowFor(["USA"]) });
  await post("/yoga/versions", { source: flowFor(["GBR"]) });
  await post("/yoga/environments/sandbox/publications", { version: 1, expectedSequence: 0 });
  const tokens = {
    publisher: await token(cookie, "publisher"),
    runtime: await token(cookie, "runtime"),
  };
  await close();
  return { place, masterKey: Buffer.from(masterKey).toString("base64"), tokens };
}

/** What one publication more makes of what was live. */
function afterPublication({ sequence, version, counts }: LiveState) {
  const { publications, audited, told } = counts;
  return {
    sequence: sequence + 1,
    version: 3 - version,
    counts: { publications: publications + 1, audited: audited + 1, told: told + 1 },
  };
}

describe.each(await engines())("on $name", (engine) => {
  test("a publication whose process is killed is made once when it is sent again", async () => {
    const prepared = await prepare(await engine.migratedPlace());
    const publish = async (live: LiveState, options: Partial<PublishTask> = {}) => {
      const body = { version: 3 - live.version, expectedSequence: live.sequence };
      const key = `after-${live.sequence}`;
      return runPublish({ ...prepared, body, key, laterMs: 0, ...options });
    };
    const first = await runPublish({
      ...prepared,
      body: { version: 2, expectedSequence: 1 },
      key: "recorded",
      laterMs: 0,
    });
    expect({ stderr: first.stderr, status: first.report?.status }).toEqual({
      stderr: "",
      status: 201,
    });
    const points = first.report?.points ?? [];
    const [lastCommit, answered] = [points.lastIndexOf("after commit"), points.length - 1];
    const kills = [...points.keys()].filter(
      (index) => index % EVERY === 0 || index === lastCommit || index === answered,
    );
    expect(kills.length).toBeGreaterThan(2);
    let live = first.report?.after;
    const outcomes = new Set<boolean>();
    for (const index of kills) {
      if (live === undefined) throw new Error("expected a report of the publication before");
      const point = `${index} ${points[index]}`;
      const killed = await publish(live, { killAtPoint: index });
      // What a token was last used is written once a minute: a run may have a point less than the recorded one.
      const ends = index === answered ? ["SIGKILL", 201] : ["SIGKILL"];
      expect(ends).toContain(killed.signal ?? killed.report?.status);
      // Once the request is taken for dead its key is free again; what it did under it is there.
      const again = await publish(live, { laterMs: ABANDONED_AFTER_MS + 1000 });
      expect({ point, stderr: again.stderr, status: again.report?.status }).toEqual({
        point,
        stderr: "",
        status: 201,
      });
      const { before, after } = again.report ?? {};
      const next = afterPublication(live);
      // Whole or not at all, as it was left; and what runtimes are served is what is said to be live.
      const wasCommitted = before?.sequence === next.sequence;
      expect({ point, ...before }).toMatchObject({ point, ...(wasCommitted ? next : live) });
      outcomes.add(wasCommitted);
      expect({ point, ...after }).toMatchObject({ point, ...next });
      expect({ point, served: after?.served }).toEqual({ point, served: after?.snapshot });
      live = after;
    }
    expect(outcomes).toEqual(new Set([false, true]));
  }, 300_000);
});
