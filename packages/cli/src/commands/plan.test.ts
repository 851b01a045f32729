import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createProvisioningWorld } from "../provisioning/testing/provisioning-world.ts";
import { errorOf, run, runJson, writeFiles } from "../testing/run.ts";

const LINE = "plan --environment sandbox";

test("plan exits 3 with everything to do, changes nothing, and exits 0 once it is applied", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, sandbox } = world;
  const first = await runJson(io, LINE);
  expect(first.code).toBe(3);
  expect(first.json).toMatchObject({
    format: "holdfast.plan/1",
    summary: { create: 14, change: 0, keep: 0 },
  });
  expect(emulator.images(sandbox)).toEqual([]);
  expect(await run(io, "apply --environment sandbox")).toBe(0);
  const second = await runJson(io, LINE);
  expect(second.code).toBe(0);
  expect(second.json).toMatchObject({ summary: { create: 0, change: 0, keep: 14 } });
});

test("plan shows people what changes, default messages of many locales in one line", async () => {
  await using world = await createProvisioningWorld();
  const { io } = world;
  expect(await run(io, "plan --environment production")).toBe(3);
  expect(io.out()).toContain("+  image    ./classes.png");
  expect(io.out()).toMatch(
    /\+ {2}default {2}yoga\.monthly: keep_classes for ar-SA, .* and 42 more .*not known what is there; waits for Apple's approval/,
  );
  expect(io.out()).toMatch(/0 to change, 0 as wanted, 151 waiting/);
});

test("plan exits 1 and names the place in the flow when a problem stands in the way", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, production } = world;
  await run(io, "apply --environment production");
  const rejected = emulator
    .messages(production)
    .find(({ header }) => header === "Deine Kurse warten");
  emulator.reviewMessage(production, rejected?.messageIdentifier ?? "", "REJECTED");
  const { code, json } = await runJson(io, "plan --environment production");
  expect(code).toBe(1);
  expect(json["problems"]).toMatchObject([
    { code: "MESSAGE_REJECTED", file: "flow.yaml", line: expect.any(Number) as number },
  ]);
});

test("plan --refresh sees what somebody else changed, and without it does not", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, sandbox } = world;
  await run(io, "apply --environment sandbox");
  emulator.deleteDefault(sandbox, { productId: "yoga.monthly", locale: "en-US" });
  expect(await run(io, LINE)).toBe(0);
  const refreshed = await runJson(io, `${LINE} --refresh`);
  expect(refreshed.code).toBe(3);
  expect(refreshed.json).toMatchObject({ summary: { create: 1, keep: 13 } });
  expect(await run(io, LINE)).toBe(3);
});

test("plan shows its progress only on a terminal", async () => {
  await using world = await createProvisioningWorld();
  expect(await run(world.io, `${LINE} --refresh`)).toBe(3);
  expect(world.io.err()).toBe("");
  await run({ ...world.io, isErrTty: true }, `${LINE} --refresh`);
  expect(world.io.err()).toContain("default messages: 1 of 3 read");
});

test.each([
  ["without an environment", "plan", "OPTION_MISSING"],
  ["with an invalid flow", `${LINE} catalog.json`, "FLOW_INVALID"],
  ["with another app's credentials", `${LINE} --bundle-id com.example.app`, "BUNDLE_ID_MISMATCH"],
  ["with a state that is none", `${LINE} --state catalog.json`, "STATE_MALFORMED"],
  ["with a window that is none", `${LINE} --rollback-window 999`, "OPTION_INVALID"],
])("plan exits 2 %s", async (_, line, code) => {
  await using world = await createProvisioningWorld();
  expect(await run(world.io, `${line} --output json`)).toBe(2);
  expect(errorOf(world.io)["code"]).toBe(code);
});

test("plan refuses the state of another environment", async () => {
  await using world = await createProvisioningWorld();
  const { io } = world;
  await run(io, "apply --environment sandbox --state state.json");
  expect(await run(io, "plan --environment production --state state.json --output json")).toBe(2);
  expect(errorOf(io)["code"]).toBe("STATE_OF_ANOTHER_APP");
});

test("plan needs a catalog where the flow says all products", async () => {
  await using world = await createProvisioningWorld();
  const { io } = world;
  const flow = await readFile(join(io.cwd, "flow.yaml"), "utf8");
  const image = await readFile(join(io.cwd, "classes.png"));
  await writeFiles(io, { "alone/flow.yaml": flow, "alone/classes.png": image });
  expect(await run(io, `${LINE} alone/flow.yaml --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe("CATALOG_MISSING");
});
