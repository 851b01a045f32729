import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import { expect, test } from "vitest";
import { createProvisioningWorld } from "../../provisioning/testing/provisioning-world.ts";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { copyYoga, errorOf, run, runJson, writeFiles } from "../../testing/run.ts";

const LINE = "flow publish --app yoga --environment sandbox --data .holdfast";

async function liveFile(io: FakeIo): Promise<string> {
  return readFile(join(io.cwd, ".holdfast/publications/yoga.sandbox.live.json"), "utf8");
}

test("flow publish --data puts a flow live under the next sequence", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  const first = await runJson(io, LINE);
  const second = await runJson(io, LINE);
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(first.json).toMatchObject({ label: "yoga_sandbox_2026_11_21_1", sequence: 1 });
  expect(second.json).toMatchObject({ label: "yoga_sandbox_2026_11_21_2", sequence: 2 });
  const compiled = await runJson(io, "flow compile --environment sandbox");
  expect(first.json["hash"]).toBe(compiled.json["hash"]);
  expect(JSON.parse(await liveFile(io))).toMatchObject({ snapshot: { app: "com.example.yoga" } });
});

test("flow publish --data warns when offers cannot be signed", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  expect(await run(io, LINE)).toBe(0);
  expect(io.err()).toContain(
    "warning: no In-App Purchase key: the offers of annual_winback, light_users_half_price cannot be signed",
  );
});

test("flow publish --data warns of texts that were not brought to Apple, until they were", async () => {
  await using world = await createProvisioningWorld();
  const { io } = world;
  expect(await run(io, LINE)).toBe(0);
  expect(io.err()).toMatch(
    /\d+ of \d+ texts were not brought to Apple.*holdfast plan --environment sandbox/,
  );
  expect(await run(io, "apply --environment sandbox")).toBe(0);
  const before = io.err().length;
  expect(await run(io, LINE)).toBe(0);
  expect(io.err().slice(before)).not.toContain("brought to Apple");
});

test("flow publish --data delivers the key sealed, and warns of it no more", async () => {
  const key = generateInAppPurchaseKey();
  await using io = await createFakeIo({
    env: {
      HOLDFAST_STOREKIT_KEY_ID: key.keyId,
      HOLDFAST_STOREKIT_ISSUER_ID: key.issuerId,
      HOLDFAST_STOREKIT_PRIVATE_KEY_PATH: "key.p8",
    },
  });
  await copyYoga(io);
  await writeFiles(io, { "key.p8": key.privateKey });
  const { code, json } = await runJson(io, LINE.replace(".holdfast", "data"));
  expect(code).toBe(0);
  expect(json["warnings"]).toEqual([expect.stringContaining("brought to Apple")]);
  const live = await readFile(join(io.cwd, "data/publications/yoga.sandbox.live.json"), "utf8");
  expect(live).toContain("signingKey");
  expect(live).not.toContain("PRIVATE KEY");
});

test.each([
  [
    "an app with a path in its name",
    "flow publish --app ../yoga --environment sandbox --data .holdfast",
    "OPTION_INVALID",
  ],
  ["a missing app", "flow publish --environment sandbox --data .holdfast", "OPTION_MISSING"],
  ["a missing environment", "flow publish --app yoga --data .holdfast", "OPTION_MISSING"],
  ["half a key", `${LINE} --key-id ABC123DEFG`, "OPTION_MISSING"],
  [
    "a key that is none",
    `${LINE} --key-id ABC123DEFG --issuer-id 5724 --private-key flow.yaml`,
    "PRIVATE_KEY_INVALID",
  ],
  ["a flow that is not valid", `${LINE} catalog.json`, "FLOW_INVALID"],
  ["a control plane as well", `${LINE} --server https://holdfast.example.com`, "OPTION_INVALID"],
  ["what only a control plane has", `${LINE} --version 3`, "OPTION_INVALID"],
])("flow publish --data refuses %s and writes nothing", async (_, line, code) => {
  await using io = await createFakeIo();
  await copyYoga(io);
  expect(await run(io, `${line} --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe(code);
  expect(await readdir(io.cwd)).not.toContain(".holdfast");
});

test("flow publish --data tells in one line what it cannot use of the data directory", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  expect(await run(io, LINE.replace(".holdfast", "flow.yaml"))).toBe(2);
  expect(io.err()).toMatch(/^error DATA_DIRECTORY_UNUSABLE: --data flow\.yaml: .*\n$/);
});

test("flow publish says which way there is when neither is named, and publishes nowhere", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  expect(await run(io, "flow publish --app yoga --environment sandbox --output json")).toBe(1);
  expect(errorOf(io)).toMatchObject({
    code: "SERVER_UNKNOWN",
    message: expect.stringContaining("--data .holdfast") as string,
  });
  expect(await readdir(io.cwd)).not.toContain(".holdfast");
});
