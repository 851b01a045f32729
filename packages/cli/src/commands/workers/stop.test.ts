import { stopListKey } from "@holdfast/runtime/wire";
import { expect, test } from "vitest";
import { errorOf, run, runJson } from "../../testing/run.ts";
import { makeSecrets, startWorkersWorld } from "../../workers/testing/workers-world.ts";

const PLACE = "--app yoga --environment production";
const KEY = stopListKey({ app: "yoga", environment: "production" });
const PUBLISH = `workers publish ${PLACE}`;

test("workers pause and resume write a signed stop list", async () => {
  await using world = await startWorkersWorld();
  await run(world.io, PUBLISH);
  const paused = await runJson(world.io, `workers pause ${PLACE} --offers --offer p/a`);
  expect(paused.code).toBe(0);
  expect(paused.json).toMatchObject({ offersPaused: true, stoppedOffers: ["p/a"] });
  expect(world.cloudflare.value(world.namespaceId, KEY)?.split(".")).toHaveLength(3);
  expect(await run(world.io, "workers resume --app yoga --environment sandbox")).toBe(0);
  expect(world.io.out()).toMatch(/app paused +no\n +offers paused +no\n +stopped offers +none/);
});

test("workers pause does not write over another publisher's stop list", async () => {
  await using world = await startWorkersWorld();
  await using other = await world.openIo({ env: { ...makeSecrets() } });
  await run(other, PUBLISH);
  expect(await run(other, `workers pause ${PLACE}`)).toBe(0);
  expect(await run(world.io, `workers resume ${PLACE} --output json`)).toBe(1);
  expect(errorOf(world.io)["code"]).toBe("PUBLISHER_FOREIGN");
});

test("workers pause refuses what is no offer, and writes nothing", async () => {
  await using world = await startWorkersWorld();
  expect(await run(world.io, `workers pause ${PLACE} --offer half_price --output json`)).toBe(2);
  expect(errorOf(world.io)["code"]).toBe("OPTION_INVALID");
  expect(world.cloudflare.keys(world.namespaceId)).toEqual([]);
});

test("workers pause refuses where nothing is published, and writes nothing", async () => {
  await using world = await startWorkersWorld();
  await run(world.io, PUBLISH);
  const before = world.cloudflare.keys(world.namespaceId);
  await using io = await world.openIo();
  const mistyped = "workers pause --app yogi --environment production --output json";
  expect(await run(io, mistyped)).toBe(1);
  expect(errorOf(io)["code"]).toBe("NOTHING_LIVE");
  expect(world.cloudflare.keys(world.namespaceId)).toEqual(before);
});

test("workers pause warns of an offer that nothing live gives, and names those it gives", async () => {
  await using world = await startWorkersWorld();
  await run(world.io, PUBLISH);
  const given = "yoga.yearly/YOGA_3M_FREE";
  await using io = await world.openIo();
  expect(await run(io, `workers pause ${PLACE} --offer ${given}`)).toBe(0);
  expect(io.err()).toBe("");
  expect(await run(io, `workers pause ${PLACE} --offer yoga.yearly/YOGA_3M`)).toBe(0);
  expect(io.err()).toMatch(
    /nothing live gives yoga\.yearly\/YOGA_3M; what is live gives .*YOGA_3M_FREE/,
  );
});
