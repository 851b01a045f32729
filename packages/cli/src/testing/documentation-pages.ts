import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's directory. */
export const REPOSITORY = fileURLToPath(new URL("../../../..", import.meta.url));

/** Where Markdown for people is. */
const PLACES = [
  "*.md",
  "bench/*.md",
  "docs/**/*.md",
  "packages/*/README.md",
  "packages/cli/templates/**/*.md",
];

/** A page for people. */
export interface DocumentationPage {
  /** From the repository's directory. */
  readonly path: string;
  /** Markdown. */
  readonly text: string;
}

/** Returns all pages of the repository that are for people, in the order of their paths. */
export async function readDocumentationPages(): Promise<readonly DocumentationPage[]> {
  const paths: string[] = [];
  for await (const path of glob(PLACES, { cwd: REPOSITORY })) paths.push(path);
  return Promise.all(
    paths
      .toSorted()
      .map(async (path) => ({ path, text: await readFile(join(REPOSITORY, path), "utf8") })),
  );
}
