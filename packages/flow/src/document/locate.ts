import { isMap, isScalar, isSeq } from "yaml";
import type { Document, Node, Pair, YAMLMap } from "yaml";
import type { FlowPath, FlowPlace } from "./flow-issue.ts";

/** How to locate: the key or the value, and how an offset becomes a place. */
export interface LocateOptions {
  readonly at?: "key" | "value" | undefined;
  readonly place: (offset: number) => FlowPlace;
}

/** Returns the place of a path in a tree; the nearest place above when it leads nowhere. */
export function locateIn(tree: Document, path: FlowPath, options: LocateOptions): FlowPlace {
  const { at = "value", place } = options;
  let node: unknown = tree.contents;
  let offset = offsetOf(node) ?? 0;
  for (const [index, part] of path.entries()) {
    const step = stepInto(node, part);
    if (step === undefined) break;
    const isLast = index === path.length - 1;
    const key = offsetOf(step.key);
    offset = (isLast && at === "key" ? key : undefined) ?? offsetOf(step.value) ?? key ?? offset;
    node = step.value;
  }
  return place(offset);
}

function stepInto(
  node: unknown,
  part: string | number,
): { readonly key?: unknown; readonly value: unknown } | undefined {
  if (isSeq(node) && typeof part === "number") {
    return part < node.items.length ? { value: node.items[part] } : undefined;
  }
  return isMap(node) ? pairsOf(node).get(String(part)) : undefined;
}

/** The pairs of maps that were looked into, by their names; a tree that was read does not change. */
const knownPairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** Looked through once: where every one of very many keys is wrong, each of them is looked for. */
function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known = knownPairs.get(map);
  if (known !== undefined) return known;
  const pairs = new Map<string, Pair>();
  for (const pair of map.items) {
    const name = isScalar(pair.key) ? String(pair.key.value) : undefined;
    if (name !== undefined && !pairs.has(name)) pairs.set(name, pair);
  }
  knownPairs.set(map, pairs);
  return pairs;
}

function offsetOf(node: unknown): number | undefined {
  // What is no node (a missing value) has no range.
  return (node as Node | null | undefined)?.range?.[0];
}
