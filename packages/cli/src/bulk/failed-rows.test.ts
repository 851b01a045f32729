import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import { findColumns } from "./csv-columns.ts";
import { writeFailedRows } from "./failed-rows.ts";
import { readCsv } from "./read-csv.ts";

const NAMES = { names: { name: "name", body: "body" }, required: ["name", "body"] } as const;

test("writeFailedRows() writes nothing a spreadsheet calculates, and reads back exactly", async () => {
  await using io = await createFakeIo();
  const rows = [
    { name: "=cmd|' /C calc'!A0", body: "-20 % for you" },
    { name: "'=quoted", body: "it's fine" },
  ];
  const failed = rows.map((row) => ({ row, reason: "=1+1" }));
  await writeFailedRows(io, "failed.csv", failed, NAMES);
  const text = await readFile(join(io.cwd, "failed.csv"), "utf8");
  const csv = readCsv(text, "failed.csv");
  for (const cell of csv.records.flatMap(({ cells }) => cells)) expect(cell).not.toMatch(/^[=+@-]/);
  expect(csv.records.map(findColumns(csv, "failed.csv", NAMES))).toEqual(rows);
});

test("findColumns() leaves quotes as they are in a file that is not ours", () => {
  const csv = readCsv("name,body\n'=x,'-y\n", "mine.csv");
  expect(csv.records.map(findColumns(csv, "mine.csv", NAMES))).toEqual([
    { name: "'=x", body: "'-y" },
  ]);
});
