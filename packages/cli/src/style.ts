import picocolors from "picocolors";
import type { Io } from "./command.ts";

/** Colours and marks of the terminal; without colours the texts are as they are. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** Returns the style the outside world wants. */
export function createStyle({ colors }: Pick<Io, "colors">): Style {
  return picocolors.createColors(colors);
}

/** How something turned out: yes, no, or nobody knows. */
export type Turnout = "true" | "false" | "unknown";

/** Returns ✓, ✗ or ? in its colour. */
export function markOf(turnout: Turnout, style: Style): string {
  if (turnout === "true") return style.green("✓");
  return turnout === "false" ? style.red("✗") : style.yellow("?");
}

/**
 * Returns text from outside with control characters and those that turn the direction of writing
 * replaced, so that nothing in a file or a request can steer the terminal or show something else.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, "\u{FFFD}");
}

/** Returns text of several lines, each of them {@link printable}. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
