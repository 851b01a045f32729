import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { APPLE_ERROR_CATALOGUE } from "@holdfast/appstore/retention-messaging/client";
import { expect, test } from "vitest";
import { REPOSITORY } from "./testing/documentation-pages.ts";

const page = await readPage("docs/first-apple-request.md");
const operations = await readPage("docs/operations.md");

function readPage(path: string): Promise<string> {
  return readFile(join(REPOSITORY, path), "utf8");
}

function found(pattern: RegExp): readonly string[] {
  return [...new Set(Array.from(page.matchAll(pattern), ([, name = ""]) => name))];
}

test("docs/first-apple-request.md names codes that there are", async () => {
  const codes = found(/`([A-Z]+(?:_[A-Z]+)+)`/g).filter((code) => !code.startsWith("HOLDFAST_"));
  expect(codes.length).toBeGreaterThan(10);
  const unknown = new Set(codes);
  for await (const path of glob("packages/*/src/**/*.ts", { cwd: REPOSITORY })) {
    if (path.endsWith(".test.ts")) continue;
    const source = await readFile(join(REPOSITORY, path), "utf8");
    for (const code of unknown) if (source.includes(`"${code}"`)) unknown.delete(code);
  }
  expect([...unknown]).toEqual([]);
});

test("docs/first-apple-request.md names Apple's errors by their numbers", () => {
  const numbers = found(/\b(4\d{6})\b/g).map(Number);
  expect(numbers.length).toBeGreaterThan(1);
  expect(numbers.filter((number) => !APPLE_ERROR_CATALOGUE.has(number))).toEqual([]);
});

test("docs/first-apple-request.md names metrics and variables that docs/operations.md explains", () => {
  const names = [...found(/`(holdfast_[a-z_]+)/g), ...found(/\b(HOLDFAST_[A-Z_]+)=/g)];
  expect(names.length).toBeGreaterThan(4);
  expect(names.filter((name) => !operations.includes(name))).toEqual([]);
});
