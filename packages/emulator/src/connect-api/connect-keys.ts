import { createHash } from "node:crypto";
import { join } from "node:path";
import { openPrivateKey, type PrivateKey } from "../world/private-key.ts";
import type { AppWorld, World } from "../world/index.ts";

/** A team's App Store Connect API key, which is another kind than an In-App Purchase key. */
interface ConnectKey extends PrivateKey {
  readonly keyId: string;
  readonly issuerId: string;
}

/** A developer team: everything under one issuer. */
export interface Team {
  readonly key: ConnectKey;
  readonly apps: readonly AppWorld[];
}

/** How long Apple's key identifiers are. */
const KEY_ID_LENGTH = 10;
const KEY_ID_DIGITS = 36;

/**
 * Returns the teams of `world` by issuer, each with a key: the one kept in `directory`, or a new one,
 * which is then kept there. Throws `STATE_UNREADABLE` for a file that is no key.
 */
export function openTeams(world: World, directory: string | undefined): ReadonlyMap<string, Team> {
  const byIssuer = Map.groupBy(world.values(), ({ definition }) => definition.issuerId);
  return new Map(
    [...byIssuer].map(([issuerId, apps]) => [
      issuerId,
      { key: openConnectKey(issuerId, directory), apps },
    ]),
  );
}

function openConnectKey(issuerId: string, directory: string | undefined): ConnectKey {
  const keyId = keyIdOf(issuerId);
  // As App Store Connect names the file it lets one download.
  const path = directory === undefined ? undefined : join(directory, `AuthKey_${keyId}.p8`);
  return { keyId, issuerId, ...openPrivateKey(path) };
}

/** The same at every start: capital letters and digits. */
function keyIdOf(issuerId: string): string {
  const hash = createHash("sha256").update(`connect|${issuerId}`).digest();
  const digits = [...hash.subarray(0, KEY_ID_LENGTH)].map((byte) =>
    (byte % KEY_ID_DIGITS).toString(KEY_ID_DIGITS),
  );
  return digits.join("").toUpperCase();
}
