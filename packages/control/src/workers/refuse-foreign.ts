import { ApiRefusal } from "@holdfast/api/server";
import { parsePublicKeyPem } from "@holdfast/appstore/crypto";
import { webCryptography } from "@holdfast/runtime/keys";
import {
  importPublisherPublicKey,
  parseLiveValue,
  verifyPublicationRecord,
} from "@holdfast/runtime/wire";
import type { KvPlace } from "@holdfast/runtime/wire";

/**
 * Lets a live value pass that this app's publisher signed, and what nobody can have published. Workers trust one
 * publisher of an app: those that answer by another's would refuse all that is written over it, and new ones have
 * nothing to answer by.
 *
 * @param text - what the namespace has; undefined for nothing
 * @throws ApiRefusal `CONFLICT`
 */
export async function refuseForeign(
  { app, environment }: KvPlace,
  text: string | undefined,
  publicKeyPem: string,
): Promise<void> {
  const publication = text === undefined ? undefined : publicationOf(text);
  if (publication === undefined) return;
  const spki = parsePublicKeyPem(publicKeyPem);
  const publisher = await importPublisherPublicKey(spki, webCryptography);
  try {
    await verifyPublicationRecord(publication, [publisher]);
  } catch (cause) {
    throw new ApiRefusal(
      "CONFLICT",
      `another publisher's key signed what is live of ${app} in ${environment} in this namespace`,
      {
        cause,
        advice:
          "an app has one publisher: take what it published away first (docs/workers.md, Upgrade, roll back, move), or choose another namespace",
      },
    );
  }
}

/** What is no live value was published by nobody. */
function publicationOf(text: string): string | undefined {
  try {
    return parseLiveValue(JSON.parse(text)).publication;
  } catch {
    return undefined;
  }
}
