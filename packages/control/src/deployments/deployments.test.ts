import { describe, expect, test } from "vitest";
import { pollReviews } from "../catalog/poll-reviews.ts";
import { openChangeHub } from "../changes/index.ts";
import { createJobRunner } from "../jobs/index.ts";
import { followReviews } from "../publishing/follow-reviews.ts";
import { REVIEW_TOPICS } from "../publishing/index.ts";
import { engines, SQLITE } from "../storage/testing/engines.ts";
import { failRestoredDeployments } from "./deployments.ts";
import { deploymentJobs, resumeDeployments } from "./deployment-jobs.ts";
import { runDeployment } from "./run-deployment.ts";
import { flowOf, openTestDeployments, textsOf } from "./testing/test-deployments.ts";
import type { TestDeployments } from "./testing/test-deployments.ts";
import { watchDeployments } from "./watch-deployments.ts";

const SANDBOX = "/v1/apps/yoga/environments/sandbox";
const PRODUCTION = "/v1/apps/yoga/environments/production";
const PLACE = { app: "yoga", environment: "production" } as const;
const NEVER = new AbortController().signal;
const [GERMAN, ENGLISH, GO] = [
  textsOf()["stay"]?.["de-DE"] ?? "",
  textsOf()["stay"]?.["en-US"] ?? "",
  textsOf()["go"]?.["en-US"] ?? "",
];
const NO_URL = flowOf().replace(/realtimeUrl.*\n/, "");

/** Does what the polling of reviews does. */
function poll({ database, clients }: TestDeployments): Promise<boolean> {
  return pollReviews(PLACE, { database, clients }, NEVER);
}

async function audited({ database: { queries } }: TestDeployments) {
  const rows = await queries
    .selectFrom("audit_log")
    .select(["action", "actor_kind"])
    .where("action", "like", "%Deployment")
    .orderBy("id")
    .execute();
  return rows.map(({ action, actor_kind }) => `${actor_kind} ${action}`);
}

describe.each(await engines())("a deployment on $name", (engine) => {
  test("under way in a backup that is restored, does not go on", async () => {
    const control = await openTestDeployments(engine);
    const { id } = await control.deploy(flowOf());
    expect(await failRestoredDeployments(control.database.queries, 5)).toBe(1);
    await control.run(id);
    expect(await control.read(id)).toMatchObject({
      state: "failed",
      finishedAt: 5,
      problems: [{ code: "RESTORED" }],
    });
    expect(await control.publications()).toEqual([]);
    expect(await failRestoredDeployments(control.database.queries, 6)).toBe(0);
  });

  test("uploads, sets defaults, publishes and sets the URL, and says so", async () => {
    const control = await openTestDeployments(engine);
    const created = await control.deploy(flowOf(), { note: "December" });
    expect(created).toMatchObject({ state: "uploading", steps: [], note: "December" });
    expect(await control.waitingRuns()).toBe(1);
    await control.run(created.id);
    const deployment = await control.read(created.id);
    expect(deployment).toMatchObject({
      state: "live",
      sequence: 1,
      createdBy: "kim",
      problems: [],
      steps: [
        { step: "upload", done: 4, total: 4 },
        { step: "review", done: 4, total: 4 },
        { step: "defaults", done: 2, total: 2 },
        { step: "publish", done: 1, total: 1 },
        { step: "realtimeUrl", done: 1, total: 1 },
      ],
    });
    expect(deployment).not.toHaveProperty("awaiting");
    expect(await control.publications()).toMatchObject([
      { sequence: 1, version: 1, kind: "publish", publishedBy: "kim", note: "December" },
    ]);
    expect(await audited(control)).toEqual([
      "user createDeployment",
      "system publishDeployment",
      "system finishDeployment",
    ]);
    const { body } = await control.call(`GET ${SANDBOX}/messages`);
    expect(body["items"]).toContainEqual(
      expect.objectContaining({ messageIdentifier: GERMAN, name: "stay", locale: "de-DE" }),
    );
    const defaults = await control.call(`GET ${SANDBOX}/defaults`);
    expect(defaults.body["items"]).toHaveLength(2);
  });

  test("does nothing at Apple the second time, and is live again", async () => {
    const control = await openTestDeployments(engine);
    await control.run((await control.deploy(flowOf())).id);
    const before = control.counts();
    const { id } = await control.deploy(flowOf());
    await control.run(id);
    expect(await control.read(id)).toMatchObject({ state: "live", sequence: 2 });
    const after = control.counts();
    const changing = Object.keys(after).filter((name) => !/^get/i.test(name));
    for (const name of changing) expect([name, after[name]]).toEqual([name, before[name]]);
  });

  test("waits for the review without a job, and goes on when Apple has decided", async () => {
    const control = await openTestDeployments(engine, "production");
    const { id } = await control.deploy(NO_URL);
    await control.run(id);
    await control.finishRuns();
    expect(await control.read(id)).toMatchObject({
      state: "waitingForReview",
      steps: [
        { step: "upload", done: 4 },
        { step: "review", done: 0 },
        { step: "defaults", done: 0 },
        { step: "publish", done: 0 },
      ],
    });
    await poll(control);
    await resumeDeployments(control.means);
    expect(await control.waitingRuns()).toBe(0);
    control.emulator.reviewMessage(PLACE, GERMAN, "APPROVED");
    await poll(control);
    await resumeDeployments(control.means);
    expect(await control.waitingRuns()).toBe(1);
    await control.run(id);
    await control.finishRuns();
    expect(await control.read(id)).toMatchObject({ state: "waitingForReview" });
    expect(control.emulator.defaults(PLACE)).toEqual([]);
    control.approveAll();
    await control.run(id);
    expect(await control.read(id)).toMatchObject({ state: "live", sequence: 1 });
    expect(control.emulator.defaults(PLACE)).toHaveLength(2);
  });

  test("is let go on as soon as a review is known, and at the latest by the schedule", async () => {
    const control = await openTestDeployments(engine, "production");
    const { id } = await control.deploy(NO_URL);
    await control.run(id);
    await control.finishRuns();
    const { database, means } = control;
    const hub = await openChangeHub(database, { topics: REVIEW_TOPICS });
    const problems: unknown[] = [];
    const stop = watchDeployments({ means, hub, onProblem: (error) => problems.push(error) });
    control.approveAll();
    await poll(control);
    await expect.poll(() => control.waitingRuns()).toBe(1);
    await stop();
    hub.close();
    await control.finishRuns();
    const [run, schedule] = deploymentJobs(means);
    const context = { id: "job", payload: null, attempt: 1, signal: NEVER };
    await schedule?.run(context);
    expect(await control.waitingRuns()).toBe(1);
    await run?.run({ ...context, payload: { deployment: id } });
    expect(await control.read(id)).toMatchObject({ state: "live" });
    expect(problems).toEqual([]);
  });

  test("goes the whole way by itself, with jobs and Apple's reviewers alone", async () => {
    const control = await openTestDeployments(engine, "production");
    const { database, means } = control;
    const problems: unknown[] = [];
    const onProblem = (error: unknown) => problems.push(error);
    const hub = await openChangeHub(database, { topics: REVIEW_TOPICS });
    const stop = watchDeployments({ means, hub, onProblem });
    const jobs = createJobRunner({ database, kinds: deploymentJobs(means), pollMs: 20, onProblem });
    await jobs.start();
    const { id } = await control.deploy(NO_URL);
    const state = async () => (await control.read(id)).state;
    await expect.poll(state, { timeout: 20_000 }).toBe("waitingForReview");
    control.approveAll();
    await poll(control);
    await expect.poll(state, { timeout: 20_000 }).toBe("live");
    await jobs.stop();
    await stop();
    hub.close();
    expect(problems).toEqual([]);
  });

  test("is one at a time in a place, and the refusal names it", async () => {
    const control = await openTestDeployments(engine);
    const { id } = await control.deploy(flowOf());
    const second = { version: 1, expectedSequence: 0 };
    const refused = await control.call(`POST ${SANDBOX}/deployments`, second);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "CONFLICT" } } });
    expect(refused.text).toContain(id);
    const elsewhere = await control.call(`POST ${PRODUCTION}/deployments`, second);
    expect(elsewhere.status).toBe(201);
  });

  test("fails, and undoes nothing, when somebody publishes meanwhile", async () => {
    const control = await openTestDeployments(engine, "production");
    const { id } = await control.deploy(NO_URL);
    await control.run(id);
    control.approveAll();
    await poll(control);
    const theirs = await control.call(`POST ${PRODUCTION}/publications`, {
      version: 1,
      expectedSequence: 0,
      note: "theirs",
    });
    expect(theirs.status).toBe(201);
    await control.run(id);
    expect(await control.read(id)).toMatchObject({
      state: "failed",
      problems: [{ code: "CONFLICT", advice: expect.stringContaining("sequence") as string }],
    });
    expect(await control.publications()).toMatchObject([{ sequence: 1, note: "theirs" }]);
    expect((await audited(control)).at(-1)).toBe("system failDeployment");
  });

  test("is not overtaken by texts that the system adds to what is live", async () => {
    const control = await openTestDeployments(engine, "production");
    const { means } = control;
    await control.run((await control.deploy(NO_URL, { publishWhen: "publishable" })).id);
    for (const identifier of [ENGLISH, GO]) {
      control.emulator.reviewMessage(PLACE, identifier, "APPROVED");
    }
    for (const { imageIdentifier } of control.emulator.images(PLACE)) {
      control.emulator.reviewImage(PLACE, imageIdentifier, "APPROVED");
    }
    const [first] = await listed(control);
    await control.run(first?.id ?? "");
    expect(await control.publications()).toMatchObject([{ sequence: 1 }]);
    const { id } = await control.deploy(flowOf(2).replace(/realtimeUrl.*\n/, ""));
    await control.run(id);
    control.emulator.reviewMessage(PLACE, GERMAN, "APPROVED");
    await poll(control);
    await followReviews(means, PLACE);
    expect(await control.publications()).toMatchObject([{ kind: "approvedTexts" }, {}]);
    control.approveAll();
    await control.run(id);
    expect(await control.read(id)).toMatchObject({ state: "live", sequence: 3 });
  });
});

async function listed({ call }: TestDeployments) {
  const { body } = await call(`GET ${PRODUCTION}/deployments`);
  return body["items"] as unknown as readonly { readonly id: string }[];
}

describe("publishWhen publishable", () => {
  test("waits while too little is approved, then publishes what is, and tells what is left", async () => {
    const control = await openTestDeployments(SQLITE, "production");
    const { id } = await control.deploy(NO_URL, { publishWhen: "publishable" });
    await control.run(id);
    expect(await control.read(id)).toMatchObject({ state: "waitingForReview" });
    control.approveAll();
    control.emulator.reviewMessage(PLACE, GERMAN, "PENDING");
    await control.run(id);
    expect(await control.read(id)).toMatchObject({
      state: "live",
      sequence: 1,
      problems: [
        { code: "WAITS_FOR_REVIEW", subject: "message stay de-DE" },
        { code: "WAITS_FOR_REVIEW", subject: "default yoga.monthly de-DE: stay" },
      ],
    });
    expect(control.emulator.defaults(PLACE)).toMatchObject([{ locale: "en-US" }]);
  });

  test("publishes without what Apple has rejected, where that is enough", async () => {
    const control = await openTestDeployments(SQLITE, "production");
    const { id } = await control.deploy(NO_URL, { publishWhen: "publishable" });
    await control.run(id);
    control.approveAll();
    control.emulator.reviewMessage(PLACE, GERMAN, "REJECTED");
    await control.run(id);
    const { state, problems } = await control.read(id);
    expect(state).toBe("live");
    expect(problems.map(({ code }) => code)).toEqual(["MESSAGE_REJECTED", "LEFT_OUT"]);
  });

  test("fails when a message that is needed has no text left", async () => {
    const control = await openTestDeployments(SQLITE, "production");
    const { id } = await control.deploy(NO_URL, { publishWhen: "publishable" });
    await control.run(id);
    control.approveAll();
    control.emulator.reviewMessage(PLACE, GO, "REJECTED");
    await control.run(id);
    const { state, problems } = await control.read(id);
    expect(state).toBe("failed");
    expect(problems[0]).toMatchObject({ code: "FLOW_INVALID" });
  });
});

describe("a deployment fails", () => {
  test("when Apple rejects one of its texts, and publishes nothing", async () => {
    const control = await openTestDeployments(SQLITE, "production");
    const { id } = await control.deploy(NO_URL);
    await control.run(id);
    control.emulator.reviewMessage(PLACE, GERMAN, "REJECTED");
    await control.run(id);
    const { state, problems } = await control.read(id);
    expect(state).toBe("failed");
    expect(problems[0]).toMatchObject({ code: "MESSAGE_REJECTED" });
    expect(await control.publications()).toEqual([]);
    expect(control.emulator.defaults(PLACE)).toEqual([]);
  });

  test("when Apple refuses an upload, with Apple's number and what to do", async () => {
    const control = await openTestDeployments(SQLITE);
    control.emulator.faults.set([
      { kind: "error", errorCode: 4_030_016, operation: "uploadMessage", times: 1 },
    ]);
    const { id } = await control.deploy(flowOf());
    await control.run(id);
    const { state, problems, steps } = await control.read(id);
    expect(state).toBe("failed");
    expect(problems[0]).toMatchObject({
      code: "APPLE_REFUSED",
      errorCode: 4_030_016,
      subject: "message stay en-US",
    });
    // What does not depend on it was done all the same, and need not be done again.
    expect(steps[0]).toEqual({ step: "upload", done: 3, total: 4 });
  });

  test("when the URL needs a performance test, though the flow is live", async () => {
    const control = await openTestDeployments(SQLITE, "production");
    const { id } = await control.deploy(flowOf());
    await control.run(id);
    control.approveAll();
    await control.run(id);
    expect(await control.read(id)).toMatchObject({
      state: "failed",
      sequence: 1,
      problems: [
        { code: "APPLE_REFUSED", errorCode: 4_030_026, advice: expect.any(String) as string },
      ],
    });
  });

  test("when approvals are asked for that it does not have", async () => {
    const control = await openTestDeployments(SQLITE);
    const version = await control.save(flowOf());
    const { id } = await control.deploy(flowOf());
    const app = await control.call("GET /v1/apps/yoga");
    const changed = await control.call(
      "PATCH /v1/apps/yoga",
      { environments: { sandbox: { requiredApprovals: 1 }, production: {} } },
      { "If-Match": app.headers.get("ETag") ?? "" },
    );
    expect(changed.status).toBe(200);
    await control.run(id);
    expect(await control.read(id)).toMatchObject({
      state: "failed",
      problems: [{ code: "APPROVAL_REQUIRED" }],
    });
    const refused = await control.call(`POST ${SANDBOX}/deployments`, {
      version,
      expectedSequence: 0,
    });
    expect(refused).toMatchObject({ body: { error: { code: "APPROVAL_REQUIRED" } } });
  });
});

test("a deployment is tried again after an outage of Apple's, and says why it is not done", async () => {
  const control = await openTestDeployments(SQLITE);
  control.emulator.faults.set([{ kind: "status", status: 503, operation: "uploadMessage" }]);
  const { id } = await control.deploy(flowOf());
  await expect(control.run(id)).rejects.toThrow("Apple failed");
  expect(await control.read(id)).toMatchObject({
    state: "uploading",
    problems: [{ code: "APPLE_FAILED" }],
  });
  control.emulator.faults.clear();
  await control.run(id);
  expect(await control.read(id)).toMatchObject({ state: "live", problems: [] });
});

test("a run whose time is over ends, and the next one goes on", async () => {
  const control = await openTestDeployments(SQLITE);
  const { id } = await control.deploy(flowOf());
  await runDeployment({ ...control.means, maxRunMs: 0 }, id, NEVER);
  expect(await control.read(id)).toMatchObject({ state: "uploading", problems: [] });
  expect(await control.publications()).toEqual([]);
  await control.finishRuns();
  await resumeDeployments(control.means);
  expect(await control.waitingRuns()).toBe(1);
  await control.run(id);
  expect(await control.read(id)).toMatchObject({ state: "live" });
});

test("a run is given back when its process stops", async () => {
  const control = await openTestDeployments(SQLITE);
  const { id } = await control.deploy(flowOf());
  const stopping = new AbortController();
  stopping.abort();
  await expect(runDeployment(control.means, id, stopping.signal)).rejects.toThrow("abort");
  expect(await control.read(id)).toMatchObject({ state: "uploading", problems: [] });
});
