import { access, glob, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const pages = await Array.fromAsync(
  glob(["*.md", "docs/**/*.md", "packages/*/README.md", "bench/*.md"], { cwd: ROOT }),
);

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
  const path = file === "" ? join(ROOT, page) : join(ROOT, dirname(page), file);
  try {
    await access(path);
    return anchor === undefined || (await anchorsIn(path)).includes(anchor);
  } catch {
    return false;
  }
}

test.each(pages)("%s links to what is there", async (page) => {
  const text = await readFile(join(ROOT, page), "utf8");
  const links = Array.from(text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g), ([, to = ""]) => to);
  const broken: string[] = [];
  for (const link of links) if (!(await isThere(page, link))) broken.push(link);
  expect(broken).toEqual([]);
});
