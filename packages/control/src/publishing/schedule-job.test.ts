import { describe, expect, test } from "vitest";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { scheduleJob } from "./schedule-job.ts";
import { SCHEDULE_JOB } from "./schedules.ts";
import { flowFor, openTestPublishing } from "./testing/test-publishing.ts";
import type { TestPublishing } from "./testing/test-publishing.ts";

const SANDBOX = "/v1/apps/yoga/environments/sandbox";
const HOUR_MS = 3_600_000;

async function schedule(control: TestPublishing, version: number, inMs = HOUR_MS) {
  const body = { version, publishAt: Date.now() + inMs };
  return control.call(`ann: POST ${SANDBOX}/schedules`, body);
}

/** Does what the job runner would do when the time has come. */
async function run({ means }: TestPublishing, id: unknown): Promise<void> {
  const { signal } = new AbortController();
  await scheduleJob(means).run({ id: "job", payload: { schedule: id }, attempt: 1, signal });
}

async function liveOf(control: TestPublishing) {
  return (await control.call(`GET ${SANDBOX}/publications`)).body.items;
}

describe.each(await engines())("scheduleJob() on $name", (engine) => {
  async function open(options?: { readonly requiredApprovals: number }): Promise<TestPublishing> {
    return openTestPublishing(await openTestDatabase(engine), options);
  }

  test("publishes what is due over whatever is live, once", async () => {
    const control = await open();
    const version = await control.save(flowFor(["USA"]));
    const { status, body } = await schedule(control, version);
    expect(status).toBe(201);
    const jobs = await control.database.queries
      .selectFrom("jobs")
      .select(["due_at"])
      .where("kind", "=", SCHEDULE_JOB)
      .execute();
    expect(jobs).toEqual([{ due_at: body.publishAt }]);
    await control.publish(flowFor(["GBR"]));
    await run(control, body.id);
    await run(control, body.id);
    expect(await liveOf(control)).toMatchObject([
      { sequence: 2, version, kind: "schedule", publishedBy: "ann" },
      { sequence: 1 },
    ]);
    const { items } = (await control.call(`GET ${SANDBOX}/schedules`)).body;
    expect(items).toMatchObject([{ id: body.id, state: "published" }]);
  });

  test("fails, and changes nothing, when the flow cannot be published by then", async () => {
    const control = await open();
    const production = SANDBOX.replace("sandbox", "production");
    const version = await control.save(flowFor(["USA"]));
    const publishAt = Date.now() + HOUR_MS;
    const { body } = await control.call(`POST ${production}/schedules`, { version, publishAt });
    control.facts.reviewStates = { messages: {}, images: {} };
    await run(control, body.id);
    const { items } = (await control.call(`GET ${production}/schedules`)).body;
    expect(items).toMatchObject([{ state: "failed", problem: "FLOW_INVALID" }]);
    expect((await control.call(`GET ${production}/publications`)).body.items).toEqual([]);
  });

  test("publishes nothing that was cancelled", async () => {
    const control = await open();
    const { body } = await schedule(control, await control.save(flowFor(["USA"])));
    const path = `${SANDBOX}/schedules/${body.id}`;
    expect((await control.call(`DELETE ${path.replace("sandbox", "production")}`)).status).toBe(
      404,
    );
    expect((await control.call(`DELETE ${path}`)).status).toBe(204);
    await run(control, body.id);
    expect(await liveOf(control)).toEqual([]);
  });

  test("cannot be cancelled once it is published", async () => {
    const control = await open();
    const { body } = await schedule(control, await control.save(flowFor(["USA"])));
    await run(control, body.id);
    expect((await control.call(`DELETE ${SANDBOX}/schedules/${body.id}`)).status).toBe(409);
    await run(control, "nothing");
  });

  test("is refused at once where it could not be published now, or not then", async () => {
    const control = await open({ requiredApprovals: 1 });
    const version = await control.save(flowFor(["USA"]));
    expect((await schedule(control, version)).body.error.code).toBe("APPROVAL_REQUIRED");
    expect((await schedule(control, 9)).status).toBe(404);
    expect((await schedule(control, version, -1)).status).toBe(400);
    expect((await schedule(control, version, 400 * 24 * HOUR_MS)).status).toBe(400);
  });

  test("lists the next first, then what was, page by page", async () => {
    const control = await open();
    const version = await control.save(flowFor(["USA"]));
    const ids: string[] = [];
    for (const hours of [1, 2, 3, 4]) {
      ids.push((await schedule(control, version, hours * HOUR_MS)).body.id);
    }
    await run(control, ids[0]);
    await run(control, ids[2]);
    const listed: string[] = [];
    for (let query = "?limit=1"; ;) {
      const { body } = await control.call(`GET ${SANDBOX}/schedules${query}`);
      listed.push(...body.items.map(({ id }) => id));
      if (body.nextCursor === undefined) break;
      query = `?limit=1&cursor=${body.nextCursor}`;
    }
    expect(listed).toEqual([ids[1], ids[3], ids[2], ids[0]]);
  });
});
