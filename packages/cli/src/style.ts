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
 * Returns text from outside with control characters replaced, so that nothing in a file or a
 * request can steer the terminal.
 */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "\u{FFFD}");
}
