import { describe, expect, test } from "vitest";
import { readExportDestination } from "./export-settings.ts";

describe("readExportDestination()", () => {
  test("reads nothing where nothing is said", () => {
    expect(readExportDestination({})).toBeUndefined();
    expect(readExportDestination({ HOLDFAST_EXPORT_URL: " " })).toBeUndefined();
  });

  test("reads a bucket, and the form", () => {
    const env = { HOLDFAST_EXPORT_URL: "s3://lake/holdfast", HOLDFAST_EXPORT_FORMAT: "ndjson" };
    expect(readExportDestination(env)).toEqual({
      bucket: "lake",
      prefix: "holdfast/",
      format: "ndjson",
    });
  });

  test.each([
    [{ HOLDFAST_EXPORT_URL: "https://lake" }, /HOLDFAST_EXPORT_URL: expected .* s3:\/\/bucket/],
    [{ HOLDFAST_EXPORT_FORMAT: "csv" }, /HOLDFAST_EXPORT_FORMAT: expected parquet or ndjson/],
  ])("refuses %j", (env, message) => {
    expect(() => readExportDestination(env)).toThrow(
      expect.objectContaining({
        code: "OPTION_INVALID",
        message: expect.stringMatching(message) as unknown,
      }),
    );
  });
});
