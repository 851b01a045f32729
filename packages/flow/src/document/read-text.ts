import { Composer, LineCounter, Parser } from "yaml";
import type { CST, Document } from "yaml";
import { checkNodes } from "./check-nodes.ts";
import { checkValues } from "./check-values.ts";
import { MAX_ALIASES, MAX_DOCUMENT_DEPTH, MAX_DOCUMENT_LENGTH } from "./document-code.ts";
import type { DocumentIssueCode } from "./document-code.ts";
import type { FlowIssue, FlowPlace, FlowPositions } from "./flow-issue.ts";
import { locateIn } from "./locate.ts";
import { tooDeepAt } from "./nesting.ts";

/** How to read a text. */
export interface ReadOptions {
  /** For places in issues, and for guessing the format. */
  readonly fileName?: string | undefined;
  /** By default JSON when the name ends in `.json`, else YAML. */
  readonly format?: "yaml" | "json" | undefined;
}

/** A text as plain values, or why it is none. */
export interface ReadText {
  /** Absent when there are issues that leave no value. */
  readonly value?: unknown;
  readonly positions: FlowPositions;
  readonly issues: readonly FlowIssue<DocumentIssueCode>[];
}

/** Where an issue of a text is, before there is a tree. */
type Report = (code: DocumentIssueCode, message: string, offset?: number) => void;

/**
 * Reads YAML 1.2 (core schema) or JSON into plain values with positions. Never throws: whatever
 * the text is, what is wrong with it is among the issues. Hostile texts are bounded in size,
 * depth, aliases and values before anything is built from them.
 */
export function readText(text: string, options: ReadOptions = {}): ReadText {
  const reader = new TextReader(text, options);
  return reader.read();
}

class TextReader {
  readonly #text: string;
  readonly #file: string | undefined;
  readonly #isJson: boolean;
  readonly #lines = new LineCounter();
  readonly #issues: FlowIssue<DocumentIssueCode>[] = [];

  constructor(text: string, { fileName, format }: ReadOptions) {
    this.#text = text;
    this.#file = fileName;
    this.#isJson =
      format === "json" || (format === undefined && fileName?.endsWith(".json") === true);
  }

  read(): ReadText {
    if (this.#text.length > MAX_DOCUMENT_LENGTH) {
      this.#report("DOCUMENT_TOO_LARGE", `longer than ${MAX_DOCUMENT_LENGTH} characters`);
      return this.#nothing();
    }
    const tree = this.#compose();
    if (tree === undefined) return this.#nothing();
    const positions: FlowPositions = {
      locate: (path, at) => locateIn(tree, path, { at, place: (offset) => this.#place(offset) }),
    };
    const value = this.#value(tree);
    return { positions, issues: this.#issues, ...(value === undefined ? {} : { value }) };
  }

  /** Builds the tree; `undefined` when it cannot be built or is not one document. */
  #compose(): Document | undefined {
    const tokens = [...new Parser(this.#lines.addNewLine).parse(this.#text)];
    const offset = tooDeepAt(tokens, MAX_DOCUMENT_DEPTH);
    if (offset !== undefined) {
      this.#report("DOCUMENT_TOO_DEEP", `nested deeper than ${MAX_DOCUMENT_DEPTH} levels`, offset);
      return undefined;
    }
    const [tree, second] = this.#documents(tokens);
    if (second !== undefined) {
      const at = second.range?.[0];
      this.#report("DOCUMENT_MULTIPLE", "expected one document, got several (---)", at);
      return undefined;
    }
    return tree;
  }

  #documents(tokens: readonly CST.Token[]): readonly Document[] {
    const options = { version: "1.2", merge: false, resolveKnownTags: false } as const;
    const composer = new Composer({ ...options, uniqueKeys: false, keepSourceTokens: false });
    return [...composer.compose(tokens, true, this.#text.length)];
  }

  #value(tree: Document): unknown {
    const report: Report = (code, message, offset) => this.#report(code, message, offset);
    const json = this.#isJson ? this.#parseJson(tree) : undefined;
    if (!this.#isJson) this.#reportSyntax(tree);
    if (!this.#isJson || json !== undefined) checkNodes(tree, report);
    if (this.#issues.length > 0) return undefined;
    const value = json ?? this.#toValue(tree);
    if (this.#issues.length > 0) return undefined;
    if (value === null || value === undefined) {
      this.#report("DOCUMENT_EMPTY", "expected a document, got nothing");
      return undefined;
    }
    const problem = checkValues(value);
    if (problem === undefined) return value;
    this.#report(problem.code, problem.message);
    return undefined;
  }

  #reportSyntax(tree: Document): void {
    for (const error of tree.errors) {
      this.#report("DOCUMENT_SYNTAX", firstLine(error.message), error.pos[0]);
    }
    for (const warning of tree.warnings) {
      const isTag = warning.code === "TAG_RESOLVE_FAILED";
      const code = isTag ? "DOCUMENT_TAG" : "DOCUMENT_SYNTAX";
      this.#report(code, firstLine(warning.message), warning.pos[0]);
    }
  }

  /** JSON's values come from JSON itself; the YAML tree only knows where they are. */
  #parseJson(tree: Document): unknown {
    try {
      return JSON.parse(this.#text) as unknown;
    } catch (error) {
      const message = error instanceof Error ? firstLine(error.message) : "not JSON";
      const offset = /position (\d+)/.exec(message)?.[1];
      const at = offset === undefined ? tree.errors[0]?.pos[0] : Number(offset);
      this.#report("DOCUMENT_SYNTAX", message, at);
      return undefined;
    }
  }

  #toValue(tree: Document): unknown {
    try {
      return tree.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
    } catch (error) {
      // The library throws a ReferenceError for aliases it refuses to follow.
      const message = error instanceof Error ? firstLine(error.message) : "aliases refused";
      this.#report("DOCUMENT_ALIASES", message);
      return undefined;
    }
  }

  #nothing(): ReadText {
    return { positions: { locate: () => this.#place(0) }, issues: this.#issues };
  }

  #place(offset: number): FlowPlace {
    const { line, col } = this.#lines.linePos(offset);
    const file = this.#file === undefined ? {} : { file: this.#file };
    return { line: Math.max(1, line), column: Math.max(1, col), ...file };
  }

  #report(code: DocumentIssueCode, message: string, offset = 0): void {
    const issue = { code, severity: "error", message, path: [], ...this.#place(offset) } as const;
    this.#issues.push(issue);
  }
}

function firstLine(message: string): string {
  const [line = message] = message.split("\n");
  return line.replace(/ at line \d+, column \d+:?$/, "").trim();
}
