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

/** The kind of host that reads subscriber state from Workers KV. */
const WORKERS = "cloudflare-workers";

const WRITE_STATES =
  "Workers read subscriber state from their namespace: connect it with holdfast workers connect, and look whether states are written; ";

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
  const { app, environment, needed, inTime, hosts, attributes } = shares;
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
  const cold = hosts.filter((host) => host.needed >= ENOUGH_REQUESTS && host.inTime < USUALLY);
  if (inTime >= USUALLY && cold.length === 0) return fine(CODE, message);
  const onHosts = cold.map((host) => `${sayShare(host.inTime)} of ${host.needed} on ${host.host}`);
  const isOnWorkers = cold.some(({ host }) => host === WORKERS);
  return flawed("warn", CODE, {
    message: cold.length === 0 ? message : `${message}; in time for ${onHosts.join(", ")}`,
    advice: `${isOnWorkers ? WRITE_STATES : ""}see which lookups were late or failed: holdfast decisions tail --app ${app} --environment ${environment}; where they are, rules that look at subscribers do not hold`,
  });
}
