import { AppleApiError } from "../http/index.ts";
import type { AppleApiErrorCode } from "../http/index.ts";
import type { ConnectCallOptions } from "./call-options.ts";
import type { ConnectClient } from "./connect-client.ts";
import type { ConnectRecord } from "./connect-record.ts";
import type {
  ConnectRetention,
  ConnectRetentionMessage,
  ProductRetention,
  RetentionMessageVersion,
} from "./connect-retention.ts";
import { newestVersions } from "./newest-versions.ts";
import { parseRetentionOffer, parseRetentionText, textOf } from "./parse-retention.ts";

/** A subscription, by its id in App Store Connect and by what transactions call it. */
export interface ReadSubscription {
  readonly id: string;
  readonly productId: string;
}

/**
 * What ends only the reading of these lists: the key may not, Apple has no such address, cannot answer
 * there, or answers something else than is guessed. All else ends the reading of the catalog.
 */
const UNAVAILABLE: ReadonlySet<AppleApiErrorCode> = new Set([
  "APPLE_REFUSED",
  "APPLE_NO_ACCESS",
  "APPLE_FAILED",
  "APPLE_ANSWER_MALFORMED",
]);

/**
 * EXPERIMENTAL: reads App Store Connect's own retention messages and offers; undefined where they are not
 * available to this key, or not at the addresses where they are looked for. A list that was refused once
 * is not asked for again.
 *
 * @throws AppleApiError where the whole API cannot be asked now, as with any other list
 */
export async function readRetention(
  client: ConnectClient,
  {
    appId,
    subscriptions,
  }: { readonly appId: string; readonly subscriptions: readonly ReadSubscription[] },
  call: ConnectCallOptions,
): Promise<ConnectRetention | undefined> {
  const records = await untilRefused((id) => client.listRetentionMessages(id, call))(appId);
  if (records === undefined) return undefined;
  const messages = await readMessages(client, records, call);
  const messageIdOf = untilRefused((id) => client.findRetentionMessageId(id, call));
  const offersOf = untilRefused((id) => client.listRetentionOffers(id, call));
  const products: ProductRetention[] = [];
  for (const { id, productId } of subscriptions) {
    const messageId = messages.length === 0 ? undefined : ((await messageIdOf(id)) ?? undefined);
    const offers = ((await offersOf(id)) ?? []).map(parseRetentionOffer);
    if (messageId === undefined && offers.length === 0) continue;
    products.push({ productId, messageId, offers });
  }
  return { messages, products };
}

async function readMessages(
  client: ConnectClient,
  records: readonly ConnectRecord[],
  call: ConnectCallOptions,
): Promise<readonly ConnectRetentionMessage[]> {
  const versionsOf = untilRefused((id) => client.listRetentionMessageVersions(id, call));
  const textsOf = untilRefused((id) => client.listRetentionMessageLocalizations(id, call));
  const messages: ConnectRetentionMessage[] = [];
  for (const record of records) {
    const versions: RetentionMessageVersion[] = [];
    for (const { id, ...version } of newestVersions((await versionsOf(record.id)) ?? [])) {
      const localizations = ((await textsOf(id)) ?? []).flatMap(parseRetentionText);
      versions.push({ ...version, localizations });
    }
    messages.push({ id: record.id, name: textOf(record, "referenceName"), versions });
  }
  return messages;
}

/** Returns what asks as `ask` does, until that is refused once; then there is nothing any more. */
function untilRefused<Result>(
  ask: (id: string) => Promise<Result>,
): (id: string) => Promise<Result | undefined> {
  let isRefused = false;
  return async (id) => {
    if (isRefused) return undefined;
    try {
      return await ask(id);
    } catch (error) {
      if (!(error instanceof AppleApiError) || !UNAVAILABLE.has(error.code)) throw error;
      isRefused = true;
      return undefined;
    }
  };
}
