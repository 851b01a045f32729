import type { DocumentIssueCode } from "./document-code.ts";
import { createIssue } from "./flow-issue.ts";
import type { FlowIssue, FlowPath, FlowPositions } from "./flow-issue.ts";
import { messageFileSchema } from "./message-schema.ts";
import type { WrittenFlow } from "./flow-schema.ts";
import type { FlowMessage } from "./message-schema.ts";
import { readText } from "./read-text.ts";
import { isPathBelow } from "./relative-path.ts";
import { shapeIssues } from "./shape-issues.ts";

/** Returns a file's text by its path as the document writes it, `undefined` when there is none. */
export type FileResolver = (path: string) => string | undefined;

/** The messages of all further files, and positions that know those files. */
export interface MessageFiles {
  readonly messages: ReadonlyMap<string, FlowMessage>;
  readonly positions: FlowPositions;
  readonly issues: readonly FlowIssue<DocumentIssueCode>[];
}

/**
 * Reads the files of `messageFiles`, each a map of messages by name, and merges them. A message in
 * two places is an issue: there is no order in which one could win.
 */
export function readMessageFiles(
  written: WrittenFlow,
  positions: FlowPositions,
  includes: FileResolver | undefined,
): MessageFiles {
  const merge = new MessageMerge(written, positions);
  for (const [index, path] of (written.messageFiles ?? []).entries()) {
    merge.addFile(path, ["messageFiles", index], includes);
  }
  return merge;
}

class MessageMerge implements MessageFiles {
  readonly messages = new Map<string, FlowMessage>();
  readonly issues: FlowIssue<DocumentIssueCode>[] = [];
  readonly positions: FlowPositions;
  readonly #own: FlowPositions;
  readonly #names: Set<string>;
  readonly #filePositions = new Map<string, FlowPositions>();

  constructor(written: WrittenFlow, positions: FlowPositions) {
    this.#own = positions;
    this.#names = new Set(Object.keys(written.messages ?? {}));
    this.positions = { locate: (path, at) => this.#locate(path, at) };
  }

  addFile(path: string, at: FlowPath, includes: FileResolver | undefined): void {
    if (!isPathBelow(path)) {
      this.#report("FILE_PATH", `expected a path below the document's folder, got "${path}"`, at);
      return;
    }
    const text = includes?.(path);
    if (text === undefined) this.#report("FILE_NOT_FOUND", `there is no file "${path}"`, at);
    else this.#addText(text, path);
  }

  #addText(text: string, path: string): void {
    const read = readText(text, { fileName: path });
    this.issues.push(...read.issues);
    if (read.value === undefined) return;
    const parsed = messageFileSchema.safeParse(read.value);
    if (!parsed.success) {
      for (const draft of shapeIssues(parsed.error.issues, read.value)) {
        this.issues.push(createIssue(draft, read.positions));
      }
      return;
    }
    for (const [name, message] of Object.entries(parsed.data)) {
      this.#addMessage(name, message, read.positions);
    }
  }

  #addMessage(name: string, message: FlowMessage, positions: FlowPositions): void {
    if (this.#names.has(name)) {
      const draft = { code: "DUPLICATE_MESSAGE", path: [name], at: "key" } as const;
      const text = `the message "${name}" is there twice`;
      this.issues.push(createIssue({ ...draft, message: text }, positions));
      return;
    }
    this.#names.add(name);
    this.messages.set(name, message);
    this.#filePositions.set(name, positions);
  }

  #locate(path: FlowPath, at: "key" | "value" | undefined) {
    const [top, name] = path;
    const file =
      top === "messages" && typeof name === "string" ? this.#filePositions.get(name) : undefined;
    return file === undefined ? this.#own.locate(path, at) : file.locate(path.slice(1), at);
  }

  #report(code: DocumentIssueCode, message: string, path: FlowPath): void {
    this.issues.push(createIssue({ code, message, path }, this.#own));
  }
}
