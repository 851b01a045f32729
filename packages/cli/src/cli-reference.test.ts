import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { cliReference } from "./testing/cli-reference.ts";

const FILE = fileURLToPath(new URL("../../../docs/cli.md", import.meta.url));

test("docs/cli.md says what the commands say", async () => {
  const reference = await cliReference();
  if (process.env["UPDATE_DOCS"] !== undefined) await writeFile(FILE, reference);
  expect(await readFile(FILE, "utf8")).toBe(reference);
});
