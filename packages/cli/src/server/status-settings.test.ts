import { expect, test } from "vitest";
import { readStatusSettings } from "./status-settings.ts";

test.each([
  [{}, undefined],
  [{ HOLDFAST_STATUS_CALLS_PER_SECOND: " " }, undefined],
  [{ HOLDFAST_STATUS_CALLS_PER_SECOND: "40" }, { callsPerSecond: { production: 40, sandbox: 4 } }],
  [{ HOLDFAST_SKIP_HISTORIES: "true" }, { readHistories: false }],
])("readStatusSettings() reads %j", (env, settings) => {
  expect(readStatusSettings(env)).toEqual(settings);
});

test.each(["0", "51", "-1", "many", "1e1"])("readStatusSettings() refuses a rate of %s", (rate) => {
  const env = { HOLDFAST_STATUS_CALLS_PER_SECOND: rate };
  expect(() => readStatusSettings(env)).toThrow("expected a number from 0.1 to 50");
});
