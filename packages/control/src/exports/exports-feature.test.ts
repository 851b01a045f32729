import { describe, expect, test } from "vitest";
import { DAY_MS } from "../decisions/index.ts";
import { testControlOn } from "../http/testing/test-control.ts";
import { openOutcomeWorld } from "../outcomes/testing/outcome-world.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import type { ExportDestination } from "./export-destination.ts";
import { createExportsFeature } from "./index.ts";

const DAY = Date.UTC(2026, 10, 20);
const PATH = "/v1/apps/yoga/environments/production/decision-exports";

describe.each(await engines())("listDecisionExports on $name", (engine) => {
  async function open(destination?: ExportDestination) {
    const database = await openTestDatabase(engine);
    const features = [createExportsFeature({ database, destination })];
    const control = testControlOn(database, { features });
    await openOutcomeWorld(database, { now: DAY });
    const cookie = await control.setUp();
    const write = async (day: number, exportedAt: number) => {
      const place = { app: "yoga", environment: "production" } as const;
      const counts = { counted: 7, erasures: 0, erasures_written: 0, rows: 7, files: 1, bytes: 99 };
      const row = { ...place, day, ...counts, exported_at: exportedAt };
      await database.queries.insertInto("decision_exports").values(row).execute();
    };
    return { write, list: () => control.call("GET", PATH, { cookie }) };
  }

  test("answers the days that were written, the newest first", async () => {
    const { write, list } = await open({ bucket: "lake", prefix: "a/", format: "ndjson" });
    await write(DAY - DAY_MS, DAY);
    await write(DAY, DAY + DAY_MS);
    await write(DAY + DAY_MS, 0);
    const item = { decisions: 7, files: 1, bytes: 99 };
    expect((await list()).json).toEqual({
      destination: "s3://lake/a/",
      format: "ndjson",
      items: [
        { ...item, day: DAY, exportedAt: DAY + DAY_MS },
        { ...item, day: DAY - DAY_MS, exportedAt: DAY },
      ],
    });
  });

  test("says nothing of a destination where nothing is exported", async () => {
    const { list } = await open();
    expect((await list()).json).toEqual({ items: [] });
  });
});
