import type { Command } from "./command.ts";

/** What commands are about, in the order help shows them. */
export const TOPICS = ["Start", "Flows", "Apple's signatures", "App Store", "Servers"] as const;

/** One entry of the command tree; the command itself is loaded when it is needed. */
export interface RegistryEntry {
  readonly path: readonly [string, ...string[]];
  readonly topic: (typeof TOPICS)[number];
  readonly summary: string;
  readonly load: () => Promise<Command>;
}
