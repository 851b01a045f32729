import { describe, expect, test } from "vitest";
import { SQLITE } from "../storage/testing/engines.ts";
import { flowOf, openTestDeployments, textsOf } from "./testing/test-deployments.ts";

const SANDBOX = "/v1/apps/yoga/environments/sandbox";
const PRODUCTION = "/v1/apps/yoga/environments/production";
const PLACE = { app: "yoga", environment: "production" } as const;
const GERMAN = textsOf()["stay"]?.["de-DE"] ?? "";
const ENGLISH = textsOf()["stay"]?.["en-US"] ?? "";
const GO = textsOf()["go"]?.["en-US"] ?? "";
const NO_URL = flowOf().replace(/realtimeUrl.*\n/, "");

describe("planDeployment", () => {
  test("tells what there is to do, as the command line does, and changes nothing", async () => {
    const control = await openTestDeployments(SQLITE);
    const version = await control.save(flowOf());
    const { status, body } = await control.call(`POST ${SANDBOX}/deployments/plan`, { version });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      format: "holdfast.plan/1",
      bundleId: "com.example.yoga",
      environment: "sandbox",
      items: [
        { kind: "image", action: "create", file: "mat.png" },
        { kind: "message", action: "create", state: "unknown" },
        { kind: "message", action: "create", identifier: GERMAN },
        { kind: "message", action: "create", names: [{ message: "go", locale: "en-US" }] },
        { kind: "default", action: "set", locale: "en-US" },
        { kind: "default", action: "set", locale: "de-DE" },
        { kind: "realtimeUrl", action: "create", before: null },
      ],
      summary: { create: 7, change: 0, problems: 0 },
    });
    expect(control.counts()["uploadMessage"]).toBeUndefined();
    const { queries } = control.database;
    const states = await queries.selectFrom("provisioning_states").selectAll().execute();
    expect(states).toEqual([]);
  });

  test("knows what the catalog saw of default messages, and what was published since", async () => {
    const control = await openTestDeployments(SQLITE);
    await control.run((await control.deploy(flowOf())).id);
    await control.call(`PUT ${SANDBOX}/defaults/yoga.monthly/de-DE`, {
      messageIdentifier: ENGLISH,
    });
    const version = await control.save(flowOf(2));
    const { body } = await control.call(`POST ${SANDBOX}/deployments/plan`, { version });
    expect(body["items"]).toContainEqual(
      expect.objectContaining({
        kind: "default",
        locale: "de-DE",
        action: "change",
        before: ENGLISH,
      }),
    );
    const orphans = body["orphans"] as unknown as readonly { readonly identifier: string }[];
    expect(orphans.find(({ identifier }) => identifier === GO)).toMatchObject({
      name: { message: "go", locale: "en-US" },
      protection: { reason: "in use", by: expect.stringMatching(/^yoga_sandbox_/) as string },
    });
  });

  test("shows where in the document a problem is", async () => {
    const control = await openTestDeployments(SQLITE, "production");
    await control.run((await control.deploy(NO_URL)).id);
    control.emulator.reviewMessage(PLACE, GERMAN, "REJECTED");
    const { body } = await control.call(`POST ${PRODUCTION}/deployments/plan`, { version: 1 });
    expect(body["problems"]).toMatchObject([
      { code: "MESSAGE_REJECTED", identifier: GERMAN, line: expect.any(Number) as number },
    ]);
  });
});
