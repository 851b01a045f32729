import { MAX_DOCUMENT_DEPTH, MAX_DOCUMENT_VALUES } from "./document-code.ts";
import type { DocumentIssueCode } from "./document-code.ts";

/** What is wrong with plain values, aliases followed. */
export interface ValueProblem {
  readonly code: DocumentIssueCode;
  readonly message: string;
}

/**
 * Returns why plain values are no document: too many, too deep, not finite, half a surrogate
 * pair. Not recursive: aliases can nest deeper than the text did.
 */
export function checkValues(root: unknown): ValueProblem | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    count += 1;
    if (count > MAX_DOCUMENT_VALUES) {
      return { code: "DOCUMENT_TOO_LARGE", message: `more than ${MAX_DOCUMENT_VALUES} values` };
    }
    if (depth > MAX_DOCUMENT_DEPTH) {
      return {
        code: "DOCUMENT_TOO_DEEP",
        message: `nested deeper than ${MAX_DOCUMENT_DEPTH} levels`,
      };
    }
    const problem = scalarProblem(value);
    if (problem !== undefined) return problem;
    if (typeof value === "object" && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        if (!key.isWellFormed()) return halfPair();
        open.push({ value: child, depth: depth + 1 });
      }
    }
  }
  return undefined;
}

function scalarProblem(value: unknown): ValueProblem | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return { code: "DOCUMENT_VALUE", message: "expected finite numbers, got .inf or .nan" };
  }
  return typeof value === "string" && !value.isWellFormed() ? halfPair() : undefined;
}

function halfPair(): ValueProblem {
  return { code: "DOCUMENT_VALUE", message: "a text has half of a surrogate pair" };
}
