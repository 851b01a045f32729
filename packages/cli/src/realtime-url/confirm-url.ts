import type { CommandInput, Io } from "../command.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import { readLastTest, sayLastTest } from "../performance-tests/last-test.ts";
import type { PerformanceTest } from "../performance-tests/performance-test.ts";
import { requireConfirm } from "../storekit/mutation.ts";
import { hasPassed } from "../storekit/performance-test.ts";
import { sayProgress } from "../storekit/progress.ts";
import { sayUrl } from "./render-url.ts";
import type { UrlMove } from "./render-url.ts";

/** What was looked at before a URL in production. */
export interface BeforeProduction {
  /** Null before the first. */
  readonly lastTest: PerformanceTest | null;
}

/**
 * Goes on when a URL is meant for production, and tells whether the last performance test has passed, which
 * stops nothing: Apple decides. Undefined for the sandbox, where a wrong URL harms nobody.
 *
 * @throws UsageError `OPTION_MISSING` without `--confirm`
 * @throws ControlCallError
 */
export async function confirmUrl(
  place: PlaceAtControl,
  { from, to }: UrlMove,
  { input: { options }, io }: { readonly input: CommandInput; readonly io: Io },
): Promise<BeforeProduction | undefined> {
  if (place.environment !== "production" || from === to) return undefined;
  const lastTest = await readLastTest(place);
  const said = sayLastTest(lastTest);
  const why = `this makes Apple ask ${sayUrl(to)} for every subscriber in production (now: ${sayUrl(from)}); ${said}`;
  requireConfirm(options, why);
  if (lastTest !== undefined && hasPassed(lastTest)) sayProgress(io, said);
  else io.warn(`${said}; Apple refuses the URL in production (4030026) where none has passed`);
  return { lastTest: lastTest ?? null };
}
