import { isAlias, isMap, isNode, isPair, isScalar, isSeq } from "yaml";
import type { Document, Node, Pair } from "yaml";
import type { DocumentIssueCode } from "./document-code.ts";

type Report = (code: DocumentIssueCode, message: string, offset?: number) => void;

/** Anchors so far; an open one is still being read. */
type Anchors = Map<string, "open" | "closed">;

/**
 * Reports keys that are twice in an object, are no plain words, or would reach a prototype, and
 * aliases that lead nowhere or into themselves. The tree is at most as deep as its text was
 * checked to be.
 */
export function checkNodes(tree: Document, report: Report): void {
  checkNode(tree.contents, new Map(), report);
}

function checkNode(node: unknown, anchors: Anchors, report: Report): void {
  if (isAlias(node)) {
    const state = anchors.get(node.source);
    if (state === "closed") return;
    const problem = state === "open" ? "is inside what it repeats" : "has no anchor before it";
    report("DOCUMENT_ALIASES", `the alias *${node.source} ${problem}`, offsetOf(node));
    return;
  }
  const anchor = isNode(node) ? node.anchor : undefined;
  if (anchor !== undefined) anchors.set(anchor, "open");
  checkChildren(node, anchors, report);
  if (anchor !== undefined) anchors.set(anchor, "closed");
}

function checkChildren(node: unknown, anchors: Anchors, report: Report): void {
  if (isSeq(node)) {
    for (const item of node.items) checkNode(isPair(item) ? item.value : item, anchors, report);
  }
  if (!isMap(node)) return;
  const seen = new Set<string>();
  for (const pair of node.items) {
    checkKey(pair, seen, report);
    checkNode(pair.value, anchors, report);
  }
}

function checkKey({ key }: Pair, seen: Set<string>, report: Report): void {
  const offset = offsetOf(key);
  const name = nameOf(key);
  if (name === undefined) {
    report("FORBIDDEN_KEY", "expected a plain word as key", offset);
    return;
  }
  if (name === "__proto__") report("FORBIDDEN_KEY", "__proto__ cannot be a key", offset);
  if (seen.has(name)) report("DUPLICATE_KEY", `the key "${name}" is there twice`, offset);
  seen.add(name);
}

/** Numbers and booleans are names as they are spelled as values: `1: x` is `"1": x`. */
function nameOf(key: unknown): string | undefined {
  const value = isScalar(key) ? key.value : undefined;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function offsetOf(key: unknown): number {
  // A key in a parsed tree is a node; only nodes made in code have no range.
  const range = (key as Node | null)?.range;
  return range?.[0] ?? 0;
}
