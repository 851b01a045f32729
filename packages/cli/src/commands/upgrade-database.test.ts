import { expect, test } from "vitest";
import { postgresEngines, runOn } from "../../../control/src/storage/testing/engines.ts";
import { createFakeIo } from "../testing/fake-io.ts";
import { errorOf, run, runJson } from "../testing/run.ts";

test.for(await postgresEngines())(
  "upgrade-database brings an empty database to the schema, and one that has it stays",
  async (engine) => {
    const place = await engine.place();
    const url = place.engine === "postgres" ? place.url : "";
    await using io = await createFakeIo({ env: { HOLDFAST_DATABASE_URL: url } });
    const versions = () => runOn(url, "select version, applied_at from schema_migrations");
    expect(await runJson(io, "upgrade-database")).toEqual({
      code: 0,
      json: { engine: "postgres" },
    });
    const before = await versions();
    expect(before.length).toBeGreaterThan(10);
    expect(await run(io, "upgrade-database")).toBe(0);
    expect(await versions()).toEqual(before);
  },
);

test("upgrade-database makes no database where there is none", async () => {
  await using io = await createFakeIo();
  expect(await run(io, "upgrade-database --output json")).not.toBe(0);
  expect(errorOf(io)).toMatchObject({ code: "DATABASE_UNREACHABLE" });
});
