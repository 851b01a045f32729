import { type TokenVerdict, verifyToken } from "../tokens/index.ts";
import type { AppWorld, World } from "../world/index.ts";

/** How long a token for these hosts may live: 60 minutes. */
const MAX_LIFETIME_SECONDS = 60 * 60;

/**
 * Returns the app whose developer sent `authorization`, or why there is none: a token of the
 * App Store Server API and the Retention Messaging API, signed with an In-App Purchase key of the app
 * that `bid` names. That an app Apple does not know is 401 too is INFERRED.
 */
export async function authenticate(
  authorization: string | null,
  world: World,
  nowMs: number,
): Promise<TokenVerdict<AppWorld>> {
  return verifyToken(
    authorization,
    {
      maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
      findSigner(kid, { bid }) {
        const app = [...world.values()].find(({ definition }) => definition.bundleId === bid);
        if (app === undefined) return "BUNDLE_UNKNOWN";
        const key = app.keys.find(({ keyId }) => keyId === kid);
        if (key === undefined) return "KEY_UNKNOWN";
        return { owner: app, issuerId: app.definition.issuerId, publicKey: key.publicKey };
      },
    },
    nowMs,
  );
}
