import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startOfflineControl } from "../going-live/testing/offline-control.ts";
import type { OfflineControl } from "../going-live/testing/offline-control.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { copyYoga, errorOf, run, runJson, writeFiles } from "../testing/run.ts";
import { addYogaWithKeys, startYogaControl } from "../testing/yoga-control.ts";
import type { YogaControl } from "../testing/yoga-control.ts";

const SANDBOX = "--app yoga --environment sandbox";
const PRODUCTION = "--app yoga --environment production";

let control: YogaControl;
let io: FakeIo;
describe("deploy through the control plane", () => {
  beforeEach(async () => {
    control = await startYogaControl();
    await using setUp = await control.server.openIo();
    await addYogaWithKeys(setUp, control);
    await run(setUp, "catalog sync --app yoga");
    io = await control.server.openIo();
    await copyYoga(io);
  });
  afterEach(async () => {
    await io[Symbol.asyncDispose]();
    await control.close();
  });

  test("saves, uploads, sets the default messages, publishes and sets the URL", async () => {
    const { code, json } = await runJson(io, `deploy ${SANDBOX} --wait --note First`);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      saved: { version: 1, isNew: true },
      deployment: { state: "live", version: 1, sequence: 1, note: "First" },
    });
    const sandbox = { app: "yoga", environment: "sandbox" } as const;
    expect(control.emulator.messages(sandbox).length).toBeGreaterThan(0);
    expect(control.emulator.getRealtimeUrl(sandbox)).toBeDefined();
    const history = await runJson(io, `flow history ${SANDBOX}`);
    expect(history.json["items"]).toMatchObject([{ sequence: 1, version: 1 }]);
  });

  test("ends with 5 while Apple reviews, and follows what is under way when it is run again", async () => {
    control.emulator.grantPerformanceTestPass("yoga");
    const first = await runJson(io, `deploy ${PRODUCTION}`);
    expect(first.code).toBe(5);
    expect(first.json).toMatchObject({ deployment: { state: "waitingForReview" } });
    const again = await runJson(io, `deploy ${PRODUCTION} --detach`);
    expect(again.code).toBe(0);
    expect(idOf(again.json)).toBe(idOf(first.json));
    expect(await run(io, `deploy ${PRODUCTION}`)).toBe(5);
    expect(io.out()).toContain("version 1 in production: waiting for Apple's review");
    expect(io.out()).toContain("it goes on by itself; follow it: holdfast deploy --app yoga");
    const listed = await runJson(io, `deployments list ${PRODUCTION}`);
    expect(listed.json["items"]).toMatchObject([{ id: idOf(first.json), version: 1 }]);
    expect(await run(io, `deployments cancel ${String(idOf(first.json))} ${PRODUCTION}`)).toBe(0);
    expect(await run(io, `deployments list ${PRODUCTION}`)).toBe(0);
    expect(io.out()).toMatch(/ 1 +cancelled +20\d\d-.* Ada \(a admin of tests\)/);
  });

  test("plan shows what it would do for a file, which it saves nowhere, and exits 3", async () => {
    await using viewer = await control.server.openIo({ role: "viewer" });
    await copyYoga(viewer);
    const { code, json } = await runJson(viewer, `plan ${SANDBOX}`);
    expect(code).toBe(3);
    expect(json).toMatchObject({
      format: "holdfast.plan/1",
      app: "yoga",
      version: null,
      summary: { create: 14, problems: 0 },
    });
    expect(await run(viewer, `plan ${SANDBOX}`)).toBe(3);
    expect(viewer.out()).toContain("com.example.yoga in sandbox, through http://127.0.0.1");
    expect((await runJson(viewer, "flow versions --app yoga")).json["items"]).toEqual([]);
    expect(await run(io, `deploy ${SANDBOX} --wait`)).toBe(0);
    expect((await runJson(viewer, `plan ${SANDBOX}`)).code).toBe(0);
    expect(await run(viewer, `plan ${SANDBOX} --version live`)).toBe(0);
    expect(viewer.out()).toContain("in sandbox, version 1, through http://127.0.0.1");
  });

  test("plan shows the lines of a file that the control plane refuses", async () => {
    await run(io, "apps add other --bundle-id com.example.other --apple-id 2");
    await using editor = await control.server.openIo({ role: "editor" });
    await copyYoga(editor);
    expect(await run(editor, "plan --app other --environment sandbox")).toBe(2);
    expect(editor.err()).toContain("FLOW_INVALID");
    expect(editor.err()).toMatch(/flow\.yaml:\d+:\d+.*APP_FOREIGN/);
  });

  test("takes another URL than the flow's, and leaves default messages alone", async () => {
    const sandbox = { app: "yoga", environment: "sandbox" } as const;
    const url = "https://other.example.com/retention";
    const line = `deploy ${SANDBOX} --wait --no-defaults --realtime-url ${url}`;
    const { code, json } = await runJson(io, line);
    expect(code).toBe(0);
    expect(json).toMatchObject({ deployment: { setDefaults: false, realtimeURL: url } });
    expect(control.emulator.getRealtimeUrl(sandbox)).toBe(url);
    expect(control.emulator.defaults(sandbox)).toEqual([]);
  });

  test("tells after Ctrl-C how to go on, with all that was asked for", async () => {
    const line = `deploy ${PRODUCTION} --wait --no-defaults --realtime-url https://other.example.com/`;
    const interrupted = {
      ...io,
      async fetch(...[url, init]: Parameters<FakeIo["fetch"]>) {
        const answer = await io.fetch(url, init);
        if (init?.method === "POST" && url.endsWith("/deployments")) io.interrupt();
        return answer;
      },
    };
    expect(await run(interrupted, `${line} --output json`)).toBe(130);
    const { code, advice } = errorOf(io);
    expect(code).toBe("INTERRUPTED");
    const said = String(advice).replace(/^nothing is lost; go on with: /, "");
    expect(words(said)).toEqual(words(`holdfast ${line} --output json`));
  });

  test("refuses what would undo what somebody else published, before anything is uploaded", async () => {
    await run(io, `flow publish ${SANDBOX}`);
    const sandbox = { app: "yoga", environment: "sandbox" } as const;
    const before = control.emulator.messages(sandbox);
    expect(await run(io, `deploy ${SANDBOX} --expect-sequence 0`)).toBe(1);
    expect(io.err()).toContain("publish over it with --expect-sequence 1");
    expect(control.emulator.messages(sandbox)).toEqual(before);
  });
});

describe("deploy", () => {
  let yoga: OfflineControl;
  beforeAll(async () => {
    yoga = await startOfflineControl();
  });
  afterAll(() => yoga[Symbol.asyncDispose]());

  test.each([
    ["a directory as well", `deploy ${SANDBOX} --data .holdfast`, "OPTION_INVALID"],
    [
      "a URL without https",
      `deploy ${SANDBOX} --realtime-url http://a.example.com`,
      "REALTIME_URL_INVALID",
    ],
    ["to delete at Apple", `deploy ${SANDBOX} --prune --confirm`, "OPTION_INVALID"],
    ["a file beside --version", `deploy flow.yaml ${SANDBOX} --version 1`, "OPTION_INVALID"],
    ["a plan of two things", `plan flow.yaml ${SANDBOX} --version 1`, "OPTION_INVALID"],
    ["a flow that is not valid", `deploy broken.yaml ${SANDBOX}`, "FLOW_INVALID"],
    ["no app", "deploy --environment sandbox", "OPTION_MISSING"],
  ])("refuses %s and saves nothing", async (_, line, code) => {
    const world = await yoga.openIo();
    await writeFiles(world, { "broken.yaml": "version: 2\n" });
    expect(await run(world, `${line} --output json`)).toBe(2);
    expect(errorOf(world)["code"]).toBe(code);
    expect((await runJson(world, "flow versions --app yoga")).json["items"]).toEqual([]);
  });
});

/** The order of options does not matter. */
function words(line: string): readonly string[] {
  return line.split(" ").toSorted();
}

function idOf(json: Readonly<Record<string, unknown>>): unknown {
  // The document has the deployment.
  return (json["deployment"] as { readonly id: string }).id;
}
