import { stringify } from "csv-stringify/sync";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findColumns } from "./csv-columns.ts";
import { readCsv } from "./read-csv.ts";

describe("readCsv()", () => {
  test("reads what spreadsheets write: byte order mark, CRLF, quoted line breaks, empty lines", () => {
    const text = '\u{FEFF}name,body\r\na,"one\r\ntwo"\r\n\r\n\r\nb,"say ""hi"""\r\n';
    expect(readCsv(text, "f.csv")).toEqual({
      columns: ["name", "body"],
      delimiter: ",",
      records: [
        { line: 2, cells: ["a", "one\ntwo"] },
        { line: 6, cells: ["b", 'say "hi"'] },
      ],
    });
  });

  test.each([
    [";", "a;b\n1,5;2"],
    ["\t", "a\tb\n1,5\t2"],
  ])("separates by %j where the first line does", (delimiter, text) => {
    expect(readCsv(text, "f.csv")).toMatchObject({ delimiter, records: [{ cells: ["1,5", "2"] }] });
  });

  test.each([
    ["nothing", "", "f.csv: expected a first line"],
    [
      "a column too many",
      "a,b\n1,2\n3,4,5",
      "f.csv:3: expected 2 columns as in the first line, got 3",
    ],
    ["a quote that is not closed", 'a,b\n"1,2\n', "f.csv:2: a quote is missing"],
    ["a quote in the middle", 'a,b\n1"x",2', "f.csv:2: a quote is missing"],
  ])("refuses %s", (_, text, message) => {
    expect(() => readCsv(text, "f.csv")).toThrow(
      expect.objectContaining({
        code: "CSV_MALFORMED",
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });

  test("reads back whatever was written", () => {
    const cell = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\r", ""));
    const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, (written) => {
        const text = stringify([["left", "right"], ...written], { quoted: true });
        expect(readCsv(text, "f").records.map(({ cells }) => cells)).toEqual(written);
      }),
    );
  });
});

describe("findColumns()", () => {
  const names = { name: "name", headerPosition: "header_position" } as const;

  test("takes columns in any order, spelled as people do, and no notice of reasons", () => {
    const csv = readCsv("Reason,Header-Position , NAME\nwhy,ABOVE_BODY, a \n", "f");
    const read = findColumns(csv, "f", { names, required: ["name"] });
    expect(csv.records.map(read)).toEqual([{ name: "a", headerPosition: "ABOVE_BODY" }]);
  });

  test("gives an empty text for a column that is not there", () => {
    const csv = readCsv("name\na\n", "f");
    expect(csv.records.map(findColumns(csv, "f", { names, required: ["name"] }))).toEqual([
      { name: "a", headerPosition: "" },
    ]);
  });

  test("tells all columns that are missing or not known at once", () => {
    const csv = readCsv("headline,Header Position,header_position\n", "f");
    expect(() => findColumns(csv, "f", { names, required: ["name"] })).toThrow(
      expect.objectContaining({
        code: "COLUMNS_INVALID",
        message:
          "f: columns missing: name; not known, or there twice: headline, header_position; there are name, header_position",
      }) as Error,
    );
  });
});
