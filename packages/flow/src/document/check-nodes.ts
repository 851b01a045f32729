import { isMap, isPair, isScalar, isSeq } from "yaml";
import type { Document, Node, Pair } from "yaml";
import type { DocumentIssueCode } from "./document-code.ts";

type Report = (code: DocumentIssueCode, message: string, offset?: number) => void;

/**
 * Reports keys that are twice in an object, are no plain words, or would reach a prototype. The
 * tree is at most as deep as its text was checked to be.
 */
export function checkNodes(tree: Document, report: Report): void {
  checkNode(tree.contents, report);
}

function checkNode(node: unknown, report: Report): void {
  if (isSeq(node)) {
    for (const item of node.items) checkNode(isPair(item) ? item.value : item, report);
  }
  if (!isMap(node)) return;
  const seen = new Set<string>();
  for (const pair of node.items) {
    checkKey(pair, seen, report);
    checkNode(pair.value, report);
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
