/** What Node has as a global and Workers do not promise. */
const NODE_GLOBALS = [
  "Buffer",
  "__dirname",
  "__filename",
  "clearImmediate",
  "global",
  "process",
  "setImmediate",
];

const mark = (name: string): string => `__node_global_${name}__`;

/**
 * What a bundler replaces each free use of such a global by, so that it can be told afterwards from a property
 * or a text of the same name: esbuild's `define`, esbuild.github.io/api/#define.
 */
export const NODE_GLOBAL_MARKS: Readonly<Record<string, string>> = Object.fromEntries(
  NODE_GLOBALS.map((name) => [name, mark(name)]),
);

/** Returns the globals of Node a bundle made with those marks uses. */
export function nodeGlobalsIn(code: string): readonly string[] {
  return NODE_GLOBALS.filter((name) => code.includes(mark(name)));
}
