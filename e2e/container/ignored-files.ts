/**
 * Returns what tells whether a .dockerignore keeps a path, from the root of what is built, out of the image:
 * of the patterns that fit the path or a directory it is in, the last one counts.
 */
export function createIgnored(dockerignore: string): (path: string) => boolean {
  const patterns = dockerignore
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ isException: line.startsWith("!"), shape: shapeOf(line.replace(/^!/, "")) }));
  return (path) => {
    const parts = path.split("/");
    const places = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    const last = patterns.findLast(({ shape }) => places.some((place) => shape.test(place)));
    return last !== undefined && !last.isException;
  };
}

/** As Docker reads them: a star takes names that begin with a dot, too, which Node's own globs do not. */
function shapeOf(pattern: string): RegExp {
  const shape = pattern
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => WILDCARDS[part] ?? part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`))
    .join("");
  return new RegExp(`^${shape}$`);
}

const WILDCARDS: Readonly<Record<string, string>> = {
  "**/": "(?:.*/)?",
  "**": ".*",
  "*": "[^/]*",
  "?": "[^/]",
};
