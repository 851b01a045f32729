import type { Command } from "./command.ts";

/** What commands are about, in the order help shows them. */
export const TOPICS = [
  "Start",
  "Flows",
  "Going live",
  "Cloudflare Workers",
  "Apple's signatures",
  "App Store",
  "Control plane",
  "Servers",
  "The database",
] as const;

/** What the program's own help shows by nouns alone: their help shows the rest. */
export const FOLDED_TOPICS: ReadonlySet<string> = new Set(["Control plane"]);

/** One entry of the command tree; the command itself is loaded when it is needed. */
export interface RegistryEntry {
  readonly path: readonly [string, ...string[]];
  readonly topic: (typeof TOPICS)[number];
  readonly summary: string;
  readonly load: () => Promise<Command>;
}
