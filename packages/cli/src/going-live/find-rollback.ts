import { routes } from "@holdfast/api";
import { CommandFailed } from "../errors.ts";
import type { PlaceAtControl, Publication } from "./live-publication.ts";

/** What is live, and what is to be live again. */
export interface Rollback {
  readonly live: Publication;
  readonly target: Publication;
}

/**
 * Finds the publication to bring back: the one of a sequence, or the last before what is live now that had
 * another snapshot. Where a rollback is live, before means before what that brought back.
 *
 * @throws CommandFailed `NOTHING_LIVE`, `NOTHING_BEFORE`
 * @throws ControlCallError
 */
export async function findRollback(
  place: PlaceAtControl,
  wanted: number | undefined,
): Promise<Rollback> {
  const { client, app, environment } = place;
  let live: Publication | undefined;
  /** The sequence that what is live stands for. */
  let standsFor = 0;
  for await (const publication of client.items(routes.listPublications, {
    params: { app, environment },
  })) {
    const { sequence, snapshot, rolledBackTo } = publication;
    if (live === undefined) {
      live = publication;
      standsFor = sequence;
    }
    if (wanted === sequence) return { live, target: publication };
    if (sequence === standsFor) standsFor = rolledBackTo ?? sequence;
    const isBefore = sequence < standsFor && snapshot !== live.snapshot;
    if (wanted === undefined && isBefore) return { live, target: publication };
  }
  if (live === undefined) {
    throw new CommandFailed("NOTHING_LIVE", `nothing of ${app} is live in ${environment}`);
  }
  const message =
    wanted === undefined
      ? `nothing else was live in ${environment} before sequence ${standsFor}`
      : `${app} has no publication ${wanted} in ${environment}`;
  const advice = `see what was: holdfast flow history --app ${app} --environment ${environment}`;
  throw new CommandFailed("NOTHING_BEFORE", message, { advice });
}
