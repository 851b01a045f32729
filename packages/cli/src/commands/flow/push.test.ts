import { routes } from "@holdfast/api";
import { writePng } from "@holdfast/appstore/images/testing";
import { expect, test } from "vitest";
import { startOfflineControl } from "../../going-live/testing/offline-control.ts";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";

const LINE = "flow push --app yoga";

test("flow push saves the flow as written, its image files first, and once", async () => {
  await using yoga = await startOfflineControl();
  const { io, client } = yoga;
  const first = await runJson(io, `${LINE} --message December`);
  expect(first).toMatchObject({
    code: 0,
    json: { app: "yoga", version: 1, isNew: true, imagesSent: 1, changes: [] },
  });
  const { body } = await client.call(routes.readVersion, { params: { app: "yoga", version: 1 } });
  expect(body.note).toBe("December");
  expect(body.source).toContain("# short form: an offer of the current product");
  const second = await runJson(io, LINE);
  expect(second.json).toMatchObject({ version: 1, isNew: false, imagesSent: 0 });
  expect(await run(io, LINE)).toBe(0);
  expect(io.out()).toContain("nothing changed: version 1, the newest, is this flow already");
});

test("flow push says in words what changed since the newest version", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await run(io, LINE);
  await yoga.edit("in: [USA, GBR]", "in: [USA, GBR, CAN]");
  expect(await run(io, LINE)).toBe(0);
  expect(io.out()).toContain("version 2 saved; since version 1:");
  expect(io.out()).toContain("~ rule annual_winback: storefront gained CAN");
});

test("flow push tells of another picture under the same name, and sends it", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await run(io, LINE);
  await writeFiles(io, { "classes.png": writePng({ width: 3840, height: 160 }) });
  const { code, json } = await runJson(io, LINE);
  expect(code).toBe(0);
  expect(json).toMatchObject({
    version: 2,
    imagesSent: 1,
    changes: [{ summary: "image file ./classes.png: another picture" }],
  });
});

test("flow push keeps comments that changed, and says that nothing else did", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await run(io, LINE);
  await yoga.edit("# short form", "# the short form");
  expect(await run(io, LINE)).toBe(0);
  expect(io.out()).toContain("the two mean the same; comments or layout differ");
});

test("flow push sends the message files a flow names", async () => {
  await using yoga = await startOfflineControl();
  const { io, client } = yoga;
  const extra =
    "extra:\n  defaultLocale: en-US\n  locales: { en-US: { header: More, body: Much more. } }\n";
  await writeFiles(io, { "texts/extra.yaml": extra });
  await yoga.edit("\nmessages:\n", "\nmessageFiles: [texts/extra.yaml]\nmessages:\n");
  expect(await run(io, LINE)).toBe(0);
  const { body } = await client.call(routes.readVersion, { params: { app: "yoga", version: 1 } });
  expect(body.files).toEqual({ "texts/extra.yaml": extra });
});

test("flow push shows the line of what the control plane finds wrong", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await writeFiles(io, {
    "catalog.json": JSON.stringify({ bundleId: "com.example.other", appAppleId: 1, products: [] }),
  });
  await writeFiles(io, {
    "other.yaml":
      "version: 1\napp: com.example.other\nmessages: { a: { defaultLocale: en-US, locales: { en-US: { header: A, body: B. } } } }\nrules: []\nfallback: { message: a }\n",
  });
  expect(await run(io, "flow push other.yaml --app yoga")).toBe(2);
  expect(io.err()).toContain("other.yaml:2:6 error APP_FOREIGN");
  expect(io.err()).toContain("2 | app: com.example.other");
});

test("flow push sends nothing of a flow that is not valid, nor without an app", async () => {
  await using yoga = await startOfflineControl();
  const { io, client } = yoga;
  expect(await run(io, "flow push catalog.json --app yoga --output json")).toBe(2);
  expect(errorOf(io)["code"]).toBe("FLOW_INVALID");
  expect(await run(io, "flow push")).toBe(2);
  expect(io.err()).toContain("--app is required, or HOLDFAST_APP in the environment");
  const { body } = await client.call(routes.listVersions, { params: { app: "yoga" } });
  expect(body.items).toEqual([]);
});
