import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { readDocumentationPages, REPOSITORY } from "./testing/documentation-pages.ts";

const pages = await readDocumentationPages();

/** What a link to a heading ends with. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

async function anchorsIn(path: string): Promise<readonly string[]> {
  const text = await readFile(path, "utf8");
  return Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = ""]) => anchorOf(heading));
}

async function isThere(page: string, link: string): Promise<boolean> {
  const [file = "", anchor] = link.split("#");
  const path = file === "" ? join(REPOSITORY, page) : join(REPOSITORY, dirname(page), file);
  try {
    await access(path);
    return anchor === undefined || (await anchorsIn(path)).includes(anchor);
  } catch {
    return false;
  }
}

test.each(pages)("$path links to what is there", async ({ path, text }) => {
  const links = Array.from(
    text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g),
    ([, link = ""]) => link,
  );
  const broken: string[] = [];
  for (const link of links) if (!(await isThere(path, link))) broken.push(link);
  expect(broken).toEqual([]);
});
