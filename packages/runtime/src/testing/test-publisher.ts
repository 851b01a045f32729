import { generateKeyPairSync } from "node:crypto";
import { nodeCryptography } from "../node/node-cryptography.ts";
import { importPublisherPublicKey, publisherKeyId } from "../wire/publisher.ts";
import type { PublisherKey, PublisherPublicKey } from "../wire/publisher.ts";

/** A publisher of our own, with both halves of its key. */
export interface TestPublisher extends PublisherKey {
  readonly publicKey: PublisherPublicKey;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyPem: string;
}

/** Makes a publisher; its key is new each time. */
export async function createTestPublisher(): Promise<TestPublisher> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pkcs8 = new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" }));
  const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
  return {
    keyId: await publisherKeyId(spki),
    key: await nodeCryptography.importSigningKey(pkcs8),
    publicKey: await importPublisherPublicKey(spki, nodeCryptography),
    publicKeyPem: publicKey.export({ format: "pem", type: "spki" }),
  };
}
