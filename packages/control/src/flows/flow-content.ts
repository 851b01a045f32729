import { createHash } from "node:crypto";
import { canonicalJson } from "@holdfast/flow/snapshot";

/** A flow as it is written: everything that decides what it compiles to, beside the catalog and the reviews. */
export interface FlowContent {
  /** The document: YAML or JSON. */
  readonly source: string;
  /** The files its `messageFiles` name: text by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The image files it names: SHA-256 in lowercase hex, by path. */
  readonly images: Readonly<Record<string, string>>;
}

/** Returns the SHA-256 of a content in lowercase hex: the same for the same texts and images. */
export function contentHash(content: FlowContent): string {
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}

/** Returns the value of a member the record has itself, whatever members every object inherits. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
