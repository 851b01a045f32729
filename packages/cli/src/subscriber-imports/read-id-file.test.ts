import { expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import { writeFiles } from "../testing/run.ts";
import { readIdFile } from "./read-id-file.ts";

async function read(content: string, column?: string) {
  await using io = await createFakeIo();
  await writeFiles(io, { ids: content });
  return await readIdFile(io, { file: "ids", column });
}

test.each([
  ["one a line", "11\n22\n", undefined],
  ["other line ends, spaces and no last one", " 11 \r\n\r\n22", undefined],
  ["a byte order mark", "\u{FEFF}11\n22", undefined],
  ["a first line that names the column", "transaction id\n11\n22", undefined],
  ["a column of commas", "a,b\nx,11\ny,22", "b"],
  ["a column of tabs", "a\tb\tc\nx\t11\tz\ny\t22\tz", "b"],
  ["quotes around what separates", '"a","b"\n"x,""y","11"\n"z","22"', "b"],
  [
    "JSON lines",
    '{"transactionId":"11"}\n{"originalTransactionId":"22","transactionId":"9"}',
    undefined,
  ],
  ["a member of JSON lines", '{"a":{},"tx":"11"}\n{"tx":22}', "tx"],
])("readIdFile() reads %s", async (_, content, column) => {
  const plain = await read("11\n22\n");
  expect(plain).toMatchObject({ ids: ["11", "22"], invalidLines: [] });
  expect(await read(content, column)).toEqual(plain);
});

test.each([
  ["text", "11\nabc\n22", [2]],
  ["a number that a spreadsheet rounded", "11\n2.1E+15", [2]],
  ["more than 20 digits", "11\n123456789012345678901", [2]],
  ["a cell that goes on in the next line", '11\n"2\n2"', [2, 3]],
  [
    "a number that JSON rounds",
    '{"transactionId":"11"}\n{"transactionId":12345678901234567890}',
    [2],
  ],
  ["no JSON", '{"transactionId":"11"}\n{', [2]],
])("readIdFile() tells the lines with %s", async (_, content, invalidLines) => {
  expect(await read(content)).toMatchObject({ invalidLines });
});

test("readIdFile() refuses a column that there is not, without telling those there are", async () => {
  const refusal: unknown = await read("kim@example.com,11\n", "id").catch(
    (error: unknown) => error,
  );
  expect(refusal).toMatchObject({ code: "COLUMN_UNKNOWN" });
  expect(String(refusal)).not.toContain("kim");
});
