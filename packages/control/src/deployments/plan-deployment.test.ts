import { describe, expect, test } from "vitest";
import { engines } from "../storage/testing/engines.ts";
import { flowOf, IMAGES, openTestDeployments, textsOf } from "./testing/test-deployments.ts";

const SANDBOX = "/v1/apps/yoga/environments/sandbox";
const PRODUCTION = "/v1/apps/yoga/environments/production";
const PLACE = { app: "yoga", environment: "production" } as const;
const GERMAN = textsOf()["stay"]?.["de-DE"] ?? "";
const ENGLISH = textsOf()["stay"]?.["en-US"] ?? "";
const GO = textsOf()["go"]?.["en-US"] ?? "";
const NO_URL = flowOf().replace(/realtimeUrl.*\n/, "");

describe.each(await engines())("planDeployment on $name", (engine) => {
  test("tells what there is to do, as the command line does, and changes nothing", async () => {
    const control = await openTestDeployments(engine);
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
    const control = await openTestDeployments(engine);
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
    const control = await openTestDeployments(engine, "production");
    await control.run((await control.deploy(NO_URL)).id);
    control.emulator.reviewMessage(PLACE, GERMAN, "REJECTED");
    const { body } = await control.call(`POST ${PRODUCTION}/deployments/plan`, { version: 1 });
    expect(body["problems"]).toMatchObject([
      { code: "MESSAGE_REJECTED", identifier: GERMAN, line: expect.any(Number) as number },
    ]);
  });

  test("plans a document that is not saved as it plans the version that it would be", async () => {
    const control = await openTestDeployments(engine);
    const source = flowOf();
    const plan = await control.call(`POST ${SANDBOX}/deployments/plan`, { source, images: IMAGES });
    expect(plan).toMatchObject({ status: 200, body: { summary: { create: 7, problems: 0 } } });
    expect(control.counts()["uploadMessage"]).toBeUndefined();
    for (const table of ["flow_versions", "flow_images", "provisioning_states"] as const) {
      const rows = await control.database.queries.selectFrom(table).selectAll().execute();
      expect([table, rows]).toEqual([table, []]);
    }
    const version = await control.save(source);
    const saved = await control.call(`POST ${SANDBOX}/deployments/plan`, { version });
    expect(saved.body["items"]).toEqual(plan.body["items"]);
    expect(saved.body["summary"]).toEqual(plan.body["summary"]);
  });

  test("plans the texts of a document's files, another URL, and no default messages where told", async () => {
    const control = await openTestDeployments(engine);
    const [, head = "", texts = "", rest = ""] =
      /^([\s\S]*?)messages:\n([\s\S]*?)(rules:[\s\S]*)$/.exec(flowOf()) ?? [];
    const realtimeURL = "https://other.example.com/retention";
    const { body } = await control.call(`POST ${SANDBOX}/deployments/plan`, {
      source: `${head}messageFiles: [texts.yaml]\n${rest}`,
      files: { "texts.yaml": texts.replaceAll(/^ {2}/gm, "") },
      images: IMAGES,
      realtimeURL,
      setDefaults: false,
    });
    expect(body).toMatchObject({ summary: { create: 5 } });
    expect(body["items"]).toContainEqual(
      expect.objectContaining({ kind: "message", identifier: GERMAN }),
    );
    expect(body["items"]).toContainEqual(expect.objectContaining({ url: realtimeURL }));
  });

  test("refuses a document with errors, telling where they are, and asks Apple nothing", async () => {
    const control = await openTestDeployments(engine);
    const { status, body } = await control.call(`POST ${SANDBOX}/deployments/plan`, {
      source: flowOf().replace("message: go }", "message: gone }"),
    });
    expect([status, body["error"]]).toMatchObject([
      422,
      {
        code: "FLOW_INVALID",
        issues: expect.arrayContaining([
          expect.objectContaining({ line: expect.any(Number) as number }),
        ]) as unknown[],
      },
    ]);
    expect(control.counts()).toEqual({});
  });

  test.each([
    ["nothing to plan", {}, 400],
    ["two things to plan", { version: 1, source: "version: 1" }, 400],
    ["a version that is not there", { version: 9 }, 404],
  ])("refuses %s", async (_, body, status) => {
    const control = await openTestDeployments(engine);
    const refused = await control.call(`POST ${SANDBOX}/deployments/plan`, body);
    expect(refused.status).toBe(status);
  });
});
