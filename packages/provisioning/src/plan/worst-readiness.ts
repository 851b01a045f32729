import type { Readiness } from "./plan.ts";

/** Returns the readiness of what needs all of these: nothing is ready before what it needs. */
export function worstReadiness(all: readonly Readiness[]): Readiness {
  if (all.includes("blocked")) return "blocked";
  return all.includes("waits") ? "waits" : "ready";
}
