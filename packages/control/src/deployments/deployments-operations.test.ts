import { describe, expect, test } from "vitest";
import { SQLITE } from "../storage/testing/engines.ts";
import { flowOf, openTestDeployments } from "./testing/test-deployments.ts";

const SANDBOX = "/v1/apps/yoga/environments/sandbox";
const PRODUCTION = "/v1/apps/yoga/environments/production";
const PLACE = { app: "yoga", environment: "production" } as const;
const NO_URL = flowOf().replace(/realtimeUrl.*\n/, "");

describe("cancelDeployment", () => {
  test("ends it; what it did stays, and nothing more is done", async () => {
    const control = await openTestDeployments(SQLITE, "production");
    const { id } = await control.deploy(NO_URL);
    await control.run(id);
    const path = `${PRODUCTION}/deployments/${id}` as const;
    const other = `${SANDBOX}/deployments/${id}` as const;
    expect((await control.call(`DELETE ${other}`)).status).toBe(404);
    expect((await control.call(`DELETE ${path}`)).status).toBe(204);
    expect((await control.call(`DELETE ${path}`)).status).toBe(204);
    control.approveAll();
    await control.run(id);
    expect(await control.read(id)).toMatchObject({ state: "cancelled" });
    expect(await control.publications()).toEqual([]);
    expect(control.emulator.messages(PLACE).length).toBeGreaterThanOrEqual(3);
    expect((await control.deploy(NO_URL)).state).toBe("uploading");
  });

  test.each(["uploadMessage", "configureDefaultMessage"])(
    "ends it at the next step, also while it does %s",
    async (operation) => {
      const control = await openTestDeployments(SQLITE);
      const { id } = await control.deploy(flowOf());
      const statuses: number[] = [];
      await control.run(id, async (when, what) => {
        if (when !== "after" || what !== operation || statuses.length > 0) return;
        const { status } = await control.call(`DELETE ${SANDBOX}/deployments/${id}`);
        statuses.push(status);
      });
      expect(statuses).toEqual([204]);
      expect(control.counts()[operation]).toBe(1);
      expect(await control.read(id)).toMatchObject({ state: "cancelled" });
      expect(await control.publications()).toEqual([]);
    },
  );

  test("is refused once it has ended by itself", async () => {
    const control = await openTestDeployments(SQLITE);
    const { id } = await control.deploy(flowOf());
    await control.run(id);
    expect((await control.call(`DELETE ${SANDBOX}/deployments/${id}`)).status).toBe(409);
  });
});

describe("createDeployment", () => {
  test("takes another URL than the flow's, and leaves default messages alone where told", async () => {
    const control = await openTestDeployments(SQLITE);
    const realtimeURL = "https://other.example.com/retention";
    const { id } = await control.deploy(flowOf(), { realtimeURL, setDefaults: false });
    await control.run(id);
    const sandbox = { app: "yoga", environment: "sandbox" } as const;
    expect(control.emulator.getRealtimeUrl(sandbox)).toBe(realtimeURL);
    const { body } = await control.call(`GET ${SANDBOX}/realtime-url/changes`);
    expect(body["items"]).toMatchObject([{ after: realtimeURL, changedBy: "kim" }]);
    expect(control.emulator.defaults(sandbox)).toEqual([]);
  });

  test.each([
    ["a version that is not there", { version: 9, expectedSequence: 0 }, 404],
    ["a sequence that is not live", { version: 1, expectedSequence: 4 }, 409],
    ["a URL without https", { version: 1, expectedSequence: 0, realtimeURL: "http://a.b" }, 400],
  ])("refuses %s", async (_, body, status) => {
    const control = await openTestDeployments(SQLITE);
    await control.save(flowOf());
    const refused = await control.call(`POST ${SANDBOX}/deployments`, body);
    expect(refused.status).toBe(status);
    expect(await control.waitingRuns()).toBe(0);
  });

  test("needs a key to call Apple with", async () => {
    const control = await openTestDeployments(SQLITE);
    const version = await control.save(flowOf());
    const { keyId } = control.emulator.credentials("yoga");
    await control.call(`DELETE /v1/apps/yoga/in-app-purchase-keys/${keyId}`);
    const body = { version, expectedSequence: 0 };
    const refused = await control.call(`POST ${SANDBOX}/deployments`, body);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "CONFLICT" } } });
    const unplanned = await control.call(`POST ${SANDBOX}/deployments/plan`, { version });
    expect(unplanned).toMatchObject({ status: 409, body: { error: { code: "CONFLICT" } } });
  });
});

test("listDeployments lists the newest first, page by page", async () => {
  const control = await openTestDeployments(SQLITE);
  const ids: string[] = [];
  for (const revision of [1, 2, 3]) {
    const { id } = await control.deploy(flowOf(revision));
    await control.run(id);
    ids.unshift(id);
  }
  const found: string[] = [];
  for (let query = "?limit=1"; ;) {
    const { body } = await control.call(`GET ${SANDBOX}/deployments${query}`);
    const items = body["items"] as unknown as readonly { readonly id: string }[];
    found.push(...items.map(({ id }) => id));
    if (body["nextCursor"] === undefined) break;
    query = `?limit=1&cursor=${String(body["nextCursor"])}`;
  }
  expect(found).toEqual(ids);
});
