import { createHash } from "node:crypto";
import { parseFlow } from "@holdfast/flow/document";
import type { FlowPositions, ParsedFlow } from "@holdfast/flow/document";
import { ownValue } from "./flow-content.ts";
import type { FlowContent } from "./flow-content.ts";

/** The part of a content a document is read from. */
export type WrittenContent = Pick<FlowContent, "source" | "files">;

/** Reads contents, each once while it is remembered. */
export interface ContentReader {
  /** Returns the flow of a content, or all that is wrong with its text. */
  read(content: WrittenContent): ParsedFlow;
}

/** How a reader remembers. */
export interface ContentReaderOptions {
  /**
   * How many characters the remembered texts may have together; default 4 Mi. A document takes some three
   * bytes of memory a character. The one read last is remembered however long it is.
   */
  readonly maxCharacters?: number;
  /** Reads a text; default {@link parseFlow}. */
  readonly parse?: typeof parseFlow;
}

const MAX_CHARACTERS = 4 * 1024 * 1024;

/** A text that was read. */
interface Remembered {
  readonly parsed: ParsedFlow & { readonly ok: true };
  readonly characters: number;
}

/**
 * Returns a reader. Reading YAML is the slowest part of publishing, a second for 10,000 rules, and the same
 * content is read when it is validated, saved, compared and published: so the documents read last are kept,
 * without their positions in the text, which take ten times the memory and are read again when they are
 * asked for. Texts that could not be read are not remembered.
 */
export function createContentReader({
  maxCharacters = MAX_CHARACTERS,
  parse = parseFlow,
}: ContentReaderOptions = {}): ContentReader {
  // In the order of their last use.
  const remembered = new Map<string, Remembered>();
  let characters = 0;

  function forget(key: string): void {
    characters -= remembered.get(key)?.characters ?? 0;
    remembered.delete(key);
  }

  function remember(key: string, entry: Remembered): void {
    forget(key);
    remembered.set(key, entry);
    characters += entry.characters;
    for (const oldest of remembered.keys()) {
      if (characters <= maxCharacters || oldest === key) break;
      forget(oldest);
    }
  }

  return {
    read(content) {
      const readText = (): ParsedFlow =>
        parse(content.source, { includes: (path) => ownValue(content.files, path) });
      const key = keyOf(content);
      const known = remembered.get(key);
      const parsed = known?.parsed ?? readText();
      if (!parsed.ok) return parsed;
      const kept = { ...parsed, positions: NOT_KEPT };
      remember(key, { parsed: kept, characters: known?.characters ?? lengthOf(content) });
      return known === undefined ? parsed : { ...parsed, positions: positionsOf(readText) };
    },
  };
}

/** What stands in for positions in memory; nobody gets to see it. */
const NOT_KEPT: FlowPositions = { locate: () => undefined };

function positionsOf(readText: () => ParsedFlow): FlowPositions {
  let positions: FlowPositions | undefined;
  return {
    locate(path, at) {
      positions ??= readText().positions;
      return positions.locate(path, at);
    },
  };
}

/** JSON spells every text, half surrogate pairs too, which a draft may hold. */
function keyOf({ source, files }: WrittenContent): string {
  return createHash("sha256")
    .update(JSON.stringify([source, files]))
    .digest("base64");
}

function lengthOf({ source, files }: WrittenContent): number {
  return Object.values(files).reduce((sum, text) => sum + text.length, source.length);
}
