import type { DocumentIssueCode } from "./document-code.ts";
import { compareIssues, createIssue } from "./flow-issue.ts";
import type { FlowIssue, FlowPositions, IssueDraft } from "./flow-issue.ts";
import { flowSchema } from "./flow-schema.ts";
import type { FlowDocument, WrittenFlow } from "./flow-schema.ts";
import type { FlowMessage } from "./message-schema.ts";
import { readMessageFiles } from "./message-files.ts";
import type { FileResolver, MessageFiles } from "./message-files.ts";
import { prune } from "./prune.ts";
import { readText } from "./read-text.ts";
import type { ReadOptions } from "./read-text.ts";
import { shapeIssues } from "./shape-issues.ts";

/** How to read a flow. */
export interface ParseFlowOptions extends ReadOptions {
  /**
   * Returns the text of a further file named in `messageFiles`, `undefined` when there is none.
   * Only relative paths below the document's folder are asked for.
   */
  readonly includes?: FileResolver | undefined;
}

/** A flow that was read, or all that is wrong with its text. */
export type ParsedFlow =
  | {
      readonly ok: true;
      readonly document: FlowDocument;
      readonly positions: FlowPositions;
      readonly issues: readonly FlowIssue<DocumentIssueCode>[];
    }
  | {
      readonly ok: false;
      readonly document?: undefined;
      /** What is left without the wrong parts, for finding more that is wrong; never for use. */
      readonly partial?: FlowDocument | undefined;
      readonly positions: FlowPositions;
      readonly issues: readonly FlowIssue<DocumentIssueCode>[];
    };

/**
 * Reads a flow document from YAML or JSON. Never throws: everything wrong with the text and the
 * shape comes at once, each with line and column. What needs more than the shape (names, products,
 * limits) is `validateFlow`'s.
 */
export function parseFlow(text: string, options: ParseFlowOptions = {}): ParsedFlow {
  const { value, positions, issues } = readText(text, options);
  if (value === undefined) return { ok: false, positions, issues };
  return checkShape(value, { positions, includes: options.includes });
}

/**
 * Checks a flow that is already plain values, such as one from the console. Issues have paths and
 * no places.
 */
export function parseFlowValue(value: unknown): ParsedFlow {
  return checkShape(value, { positions: { locate: () => undefined }, includes: undefined });
}

interface Shaping {
  readonly positions: FlowPositions;
  readonly includes: FileResolver | undefined;
}

function checkShape(value: unknown, { positions, includes }: Shaping): ParsedFlow {
  const parsed = flowSchema.safeParse(value);
  if (!parsed.success) {
    const drafts = shapeIssues(parsed.error.issues, value);
    const issues = drafts.map((draft) => createIssue(draft, positions)).sort(compareIssues);
    return { ok: false, positions, issues, partial: partOf(value, drafts) };
  }
  const files = readMessageFiles(parsed.data, positions, includes);
  if (files.issues.length > 0) {
    const partial = merged(parsed.data, files);
    return { ok: false, positions: files.positions, issues: files.issues, partial };
  }
  return { ok: true, document: merged(parsed.data, files), positions: files.positions, issues: [] };
}

/** How often wrong parts are taken out; each round can lay bare another. */
const PRUNING_ROUNDS = 3;

function partOf(
  value: unknown,
  drafts: readonly IssueDraft<DocumentIssueCode>[],
): FlowDocument | undefined {
  let [rest, found] = [value, drafts];
  for (let round = 0; round < PRUNING_ROUNDS; round += 1) {
    rest = prune(rest, found);
    const parsed = flowSchema.safeParse(rest);
    if (parsed.success) return merged(parsed.data, { messages: new Map() });
    found = shapeIssues(parsed.error.issues, rest);
  }
  return undefined;
}

function merged(written: WrittenFlow, { messages }: Pick<MessageFiles, "messages">): FlowDocument {
  const { $schema: _schema, messageFiles: _files, messages: own = {}, ...document } = written;
  const all = new Map<string, FlowMessage>([...Object.entries(own), ...messages]);
  return { ...document, messages: Object.fromEntries(all) };
}
