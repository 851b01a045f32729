import { describe, expect, test } from "vitest";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { findTarget } from "./target.ts";
import { openTestWorkers } from "./testing/test-workers.ts";
import type { TestWorkers } from "./testing/test-workers.ts";

async function currentClient({ means }: TestWorkers) {
  const target = await findTarget(means.database.queries, "yoga");
  if (target === undefined) throw new Error("expected a target");
  return means.clientOf(target);
}

describe.each(await engines())("on $name", (engine) => {
  test("clientOf() has all clients of an account wait when Cloudflare asks one of them to", async () => {
    const workers = await openTestWorkers(await openTestDatabase(engine));
    await workers.connect();
    const one = await currentClient(workers);
    await workers.connect(workers.cloudflare.addNamespace());
    const other = await currentClient(workers);
    expect(other).not.toBe(one);
    workers.cloudflare.faults.add({ kind: "status", status: 429, retryAfterSeconds: 300 });
    const limited = { code: "CLOUDFLARE_RATE_LIMITED" };
    await expect(one.read("k")).rejects.toMatchObject(limited);
    const calls = workers.cloudflare.requests.length;
    await expect(other.read("k")).rejects.toMatchObject(limited);
    expect(workers.cloudflare.requests).toHaveLength(calls);
  });
});
