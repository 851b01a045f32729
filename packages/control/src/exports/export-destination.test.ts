import { describe, expect, test } from "vitest";
import { parseExportDestination } from "./export-destination.ts";

describe("parseExportDestination()", () => {
  test.each([
    ["s3://lake", { bucket: "lake", prefix: "" }],
    ["s3://lake/", { bucket: "lake", prefix: "" }],
    ["s3://my.lake/a/b/", { bucket: "my.lake", prefix: "a/b/" }],
    ["s3://lake/a%20b?region=eu-central-1", { prefix: "a b/", region: "eu-central-1" }],
    [
      "s3://lake?endpoint=https%3A%2F%2Fobjects.example.com&region=auto",
      { endpoint: "https://objects.example.com", region: "auto" },
    ],
    ["s3://lake?endpoint=http://127.0.0.1:9000", { endpoint: "http://127.0.0.1:9000" }],
  ])("reads %s", (text, expected) => {
    expect(parseExportDestination(text)).toMatchObject({ format: "parquet", ...expected });
  });

  test.each([
    "",
    "lake",
    "https://lake/a",
    "s3://",
    "s3:///a",
    "s3://L",
    "s3://key:secret@lake/a",
    "s3://lake:9000/a",
    "s3://lake?secret=1",
    "s3://lake?endpoint=objects",
    "s3://lake?endpoint=https://user:secret@objects",
  ])("refuses %j, and does not repeat it", (text) => {
    const parse = () => parseExportDestination(text);
    expect(parse).toThrow(expect.objectContaining({ code: "EXPORT_URL_INVALID" }));
    expect(parse).not.toThrow(/secret|objects$/);
  });
});
