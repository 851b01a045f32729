import { CodedError } from "@holdfast/appstore/errors";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Io, Options } from "../command.ts";
import { openControl } from "../control-plane/open-control.ts";
import { ENOUGH_REQUESTS, readShares, sayShare } from "../decisions/state-shares.ts";
import type { StateShares } from "../decisions/state-shares.ts";
import { fine, flawed, skipped } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";

const CODE = "SUBSCRIBERS";

/** Less often known in time than this, rules that look at subscribers hardly work. */
const USUALLY = 0.95;

/**
 * Asks the control plane for how many requests of an app it was known in time who the subscriber is. Never
 * throws for what it finds.
 */
export async function checkSubscribers(
  place: { readonly app: string; readonly environment: FlowEnvironment },
  options: Options,
  io: Io,
): Promise<Finding> {
  try {
    const { client } = await openControl({ options }, io);
    return findingOf(await readShares(client, place));
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const advice = "holdfast login, or name the control plane with --server";
    return flawed("warn", CODE, { message: error.message, advice });
  }
}

function findingOf(shares: StateShares): Finding {
  const { app, environment, needed, inTime, attributes } = shares;
  if (needed < ENOUGH_REQUESTS) {
    return skipped(
      CODE,
      `${app} in ${environment}: ${needed} requests of 7 days needed subscriber state, too few to tell`,
    );
  }
  const known = Object.entries(attributes)
    .sort(([, one], [, other]) => other - one)
    .map(([name, share]) => `${name} ${sayShare(share)}`);
  const message = `subscriber state was known in time for ${sayShare(inTime)} of ${needed} requests of 7 days that needed it: ${known.length === 0 ? "no attribute was known" : known.join(", ")}`;
  if (inTime >= USUALLY) return fine(CODE, message);
  return flawed("warn", CODE, {
    message,
    advice: `see which lookups were late or failed: holdfast decisions tail --app ${app} --environment ${environment}; where they are, rules that look at subscribers do not hold`,
  });
}
