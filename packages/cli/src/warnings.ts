import type { Io } from "./command.ts";
import { printableLines } from "./style.ts";

/** How a command warns, and what is to be told of it at the end. */
export interface Warnings {
  readonly warn: Io["warn"];
  /** For the one JSON document on standard error; empty where they were told as they came. */
  readonly collected: readonly string[];
}

/**
 * Tells warnings to people as they come. Where JSON is asked for they are collected instead, for then
 * standard error holds one document or nothing.
 */
export function createWarnings(
  { stderr }: Pick<Io, "stderr">,
  { json }: { readonly json: boolean },
): Warnings {
  const collected: string[] = [];
  const tell = (message: string): void => stderr(`warning: ${printableLines(message)}\n`);
  return { collected, warn: json ? (message) => void collected.push(message) : tell };
}
