import type {
  ApiEnvironment,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";
import { createStoreKitToken } from "@holdfast/appstore/signatures";
import type { InAppPurchaseKey } from "@holdfast/appstore/signatures";
import type { Io } from "../command.ts";
import { createClient } from "./open-retention-messaging.ts";

/** What is verified. */
export interface VerifiedIdentity {
  readonly key: InAppPurchaseKey;
  readonly bundleId: string;
  /** Where the key comes from, in words for failures. */
  readonly credentials?: string;
}

/**
 * Signs a token, which shows that the key can.
 *
 * @throws SignatureError `SIGNATURE_INPUT_INVALID`
 */
export async function verifyLocally({ key, bundleId }: VerifiedIdentity, io: Io): Promise<void> {
  await createStoreKitToken({ key, bundleId, issuedAt: io.now() });
}

/**
 * Reads the list of messages, which shows that Apple accepts the key for the app. Returns the base URL
 * that answered.
 *
 * @throws AppleApiError
 */
export async function verifyAtApple(
  identity: VerifiedIdentity,
  environment: ApiEnvironment,
  io: Io,
): Promise<RetentionMessagingClient["baseUrl"]> {
  const client = createClient({ ...identity, environment }, { io, readOnly: true });
  await client.getMessageList({ signal: io.signal });
  return client.baseUrl;
}
