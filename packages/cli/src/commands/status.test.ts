import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startControlServer } from "../testing/control-server.ts";
import type { ControlServer } from "../testing/control-server.ts";
import { errorOf, run, runJson } from "../testing/run.ts";

let server: ControlServer;
beforeAll(async () => {
  server = await startControlServer();
});
afterAll(() => server.close());

/** The first run of every job begins with the server, ms. */
const SOON = { timeout: 20_000, interval: 100 };

async function statusOf(job: string) {
  await using io = await server.openIo();
  const { code, json } = await runJson(io, "status");
  // What the command writes, as far as it is looked into.
  const jobs = json["jobs"] as readonly { readonly name: string; readonly state: string }[];
  return { code, json, job: jobs.find(({ name }) => name === job) };
}

// In this order: the last one notes that a job failed.
describe("holdfast status", () => {
  test("tells the release, the store, the jobs and the warnings", async () => {
    await expect
      .poll(() => statusOf("storage.retention"), SOON)
      .toMatchObject({
        code: 0,
        json: { server: server.url, release: "0.0.0-test", store: "sqlite" },
        job: { state: "succeeded" },
      });
    await using io = await server.openIo();
    expect(await run(io, "status")).toBe(0);
    expect(io.out()).toMatch(/release +0\.0\.0-test\n/);
    expect(io.out()).toMatch(/storage\.retention +succeeded +20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ /);
    expect(io.out()).toContain("warning: no app is configured yet");
  });

  test("is for those who may see all apps", async () => {
    await using io = await server.openIo({ role: "admin", apps: ["yoga"] });
    expect(await run(io, "status --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "FORBIDDEN" });
  });

  test("ends with 1 and says which when a job failed", async () => {
    // As the runner notes it: this one runs every hour, and has just done so.
    await server.database.queries
      .updateTable("jobs")
      .set({ last_error: "DATABASE_FAILED" })
      .where("kind", "=", "storage.retention")
      .execute();
    expect(await statusOf("storage.retention")).toMatchObject({
      code: 1,
      job: { state: "failed", problem: "DATABASE_FAILED" },
    });
    await using io = await server.openIo();
    expect(await run(io, "status")).toBe(1);
    expect(io.out()).toMatch(/storage\.retention +failed .*DATABASE_FAILED/);
    expect(io.out()).toContain("warning: the job storage.retention failed: DATABASE_FAILED");
  });
});
