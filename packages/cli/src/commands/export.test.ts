import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createProvisioningWorld } from "../provisioning/testing/provisioning-world.ts";
import { createFakeIo } from "../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../testing/run.ts";

test("export writes a flow that validates and plans to do nothing, without any state", async () => {
  await using world = await createProvisioningWorld();
  const { io } = world;
  await run(io, "apply --environment sandbox");
  await rm(join(io.cwd, ".holdfast"), { recursive: true });
  expect(await run(io, "export --environment sandbox --refresh --out live/flow.yaml")).toBe(0);
  expect(io.err()).toContain("note Apple's lists hold no texts");
  const catalog = "--catalog catalog.json";
  expect(await run(io, `flow validate live/flow.yaml ${catalog}`)).toBe(0);
  const { code, json } = await runJson(io, `plan live/flow.yaml ${catalog} --environment sandbox`);
  expect(code).toBe(0);
  const orphans = json["orphans"] as readonly { readonly kind: string }[];
  expect(orphans.filter(({ kind }) => kind !== "image")).toEqual([]);
});

test("export --from gives texts and rules of the flow, and says what else is live", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, sandbox } = world;
  await run(io, "apply --environment sandbox");
  const text = { header: "Theirs", body: "Set by somebody else." };
  const foreign = "661ee7c0-c097-418e-9dd5-2a98533a7390";
  emulator.uploadMessage(sandbox, foreign, text);
  emulator.configureDefault(sandbox, {
    productId: "yoga.monthly",
    locale: "ja",
    messageIdentifier: foreign,
  });
  const line = "export --environment sandbox --from flow.yaml --refresh --out live.yaml";
  expect(await run(io, line)).toBe(0);
  const written = await readFile(join(io.cwd, "live.yaml"), "utf8");
  expect(written).toContain("annual_winback");
  expect(written).toContain("Deine Kurse warten");
  expect(written).toContain(`id: ${foreign}`);
  expect(await run(io, "plan live.yaml --environment sandbox")).toBe(0);
});

test("export writes one JSON document on standard output", async () => {
  await using world = await createProvisioningWorld();
  const line = "export --environment sandbox --bundle-id com.example.yoga";
  const { code, json } = await runJson(world.io, line);
  expect(code).toBe(0);
  expect(json).toMatchObject({
    document: { app: "com.example.yoga", rules: [] },
    notes: [{ code: "TEXTS_UNKNOWN" }, {}, { code: "DEFAULTS_UNKNOWN" }, {}],
  });
  expect(world.io.err()).toBe("");
});

test("export exits 2 when Apple has nothing", async () => {
  await using world = await createProvisioningWorld();
  const { emulator, production } = world;
  for (const { messageIdentifier } of emulator.messages(production)) {
    emulator.deleteMessage(production, messageIdentifier);
  }
  const line = "export --environment production --bundle-id com.example.yoga --output json";
  expect(await run(world.io, line)).toBe(2);
  expect(errorOf(world.io)["code"]).toBe("NOTHING_TO_EXPORT");
});

test("export overwrites nothing unless told to", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { "flow.yaml": "# by hand\n" });
  expect(await run(io, "export --environment sandbox --out flow.yaml")).toBe(2);
  expect(io.err()).toContain("FILE_EXISTS");
  expect(await readFile(join(io.cwd, "flow.yaml"), "utf8")).toBe("# by hand\n");
});
