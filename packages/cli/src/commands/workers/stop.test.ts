import { stopListKey } from "@holdfast/runtime/wire";
import { expect, test } from "vitest";
import { errorOf, run, runJson } from "../../testing/run.ts";
import { makeSecrets, startWorkersWorld } from "../../workers/testing/workers-world.ts";

const PLACE = "--app yoga --environment production";
const KEY = stopListKey({ app: "yoga", environment: "production" });

test("workers pause and resume write a signed stop list", async () => {
  await using world = await startWorkersWorld();
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
