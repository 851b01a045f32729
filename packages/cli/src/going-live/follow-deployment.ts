import { routes } from "@holdfast/api";
import type { Io } from "../command.ts";
import { sayProgress } from "../storekit/progress.ts";
import { isEnded } from "./deployment.ts";
import type { Deployment } from "./deployment.ts";
import type { PlaceAtControl } from "./live-publication.ts";
import { sayStep, sayState } from "./render-deployment.ts";

/** How a deployment is followed. */
export interface FollowOptions {
  /** Whether Apple's review is waited for. */
  readonly isReviewAwaited: boolean;
  readonly timeoutMs: number;
}

/** Reading costs the control plane little; what it does at Apple takes seconds each. */
const INTERVAL_MS = 1000;

/**
 * Follows a deployment and tells how far it is, until it ended, waits for Apple's review where that is not
 * awaited, or time is up. Returns it as it was seen last.
 *
 * @throws ControlCallError
 * @throws Error of the signal when it is aborted meanwhile; the deployment goes on
 */
export async function followDeployment(
  place: PlaceAtControl,
  begun: Deployment,
  { isReviewAwaited, timeoutMs }: FollowOptions,
  io: Pick<Io, "now" | "sleep" | "signal" | "stderr" | "isErrTty">,
): Promise<Deployment> {
  const { client, app, environment } = place;
  const deadline = io.now() + timeoutMs;
  let seen = begun;
  let said = "";
  for (;;) {
    const line = sayProgressOf(seen);
    if (line !== said) sayProgress(io, line);
    said = line;
    const isWaiting = seen.state === "waitingForReview" && !isReviewAwaited;
    if (isEnded(seen) || isWaiting || io.now() >= deadline) return seen;
    await io.sleep(Math.min(INTERVAL_MS, deadline - io.now()), io.signal);
    const params = { app, environment, deployment: begun.id };
    seen = (await client.call(routes.readDeployment, { params })).body;
  }
}

function sayProgressOf({ state, steps }: Deployment): string {
  const done = steps.map(sayStep).join(", ");
  return done === "" ? sayState(state) : `${sayState(state)}: ${done}`;
}
