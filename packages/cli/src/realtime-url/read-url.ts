import { routes } from "@holdfast/api";
import { ControlCallError } from "../control-plane/control-call-error.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";

/** The URL as Apple has it. */
export interface SeenUrl {
  /** Null where Apple asks nobody. */
  readonly url: string | null;
  /** Milliseconds since 1970. */
  readonly seenAt: number;
  /** What a change of it names. */
  readonly etag: string;
}

/**
 * Has the control plane ask Apple which URL it asks.
 *
 * @throws ControlCallError `APPLE_REFUSED`, `APPLE_UNREACHABLE`; `CONFLICT` without an In-App Purchase key
 */
export async function readUrl({ client, app, environment }: PlaceAtControl): Promise<SeenUrl> {
  const params = { app, environment };
  const { body, etag } = await client
    .call(routes.readRealtimeUrl, { params })
    .catch((error: unknown) => {
      throw withKeyAdvice(error, app);
    });
  return { url: body.realtimeURL ?? null, seenAt: body.seenAt, etag };
}

/** Only a missing key keeps the URL from being asked for. */
function withKeyAdvice(error: unknown, app: string): unknown {
  if (!(error instanceof ControlCallError) || error.code !== "CONFLICT") return error;
  return new ControlCallError(error, { advice: `holdfast keys add --app ${app}` });
}
