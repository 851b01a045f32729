import { createHash } from "node:crypto";
import { routes } from "@holdfast/api";
import type { Subscriber } from "@holdfast/emulator";
import type { PlaceAtControl } from "../going-live/live-publication.ts";

/** The types of attributes that something can be made up for. */
export type DeclaredAttributes = Readonly<Record<string, string>>;

/** As many as one request takes. */
const MOST_AT_ONCE = 1000;

/**
 * Does what an app's own server would do: has the subscribers there are imported, so that Apple is asked how
 * they stand.
 */
export async function importSubscribers(
  { client, app, environment }: PlaceAtControl,
  subscribers: readonly Subscriber[],
): Promise<void> {
  const ids = subscribers.map(({ originalTransactionId }) => originalTransactionId);
  if (ids.length === 0) return;
  const params = { app, environment };
  const fileSha256 = createHash("sha256").update(ids.join("\n")).digest("hex");
  const body = { fileSha256, total: ids.length, name: "the local App Store's subscribers" };
  const { id } = (await client.call(routes.createSubscriberImport, { params, body })).body;
  for (let offset = 0; offset < ids.length; offset += MOST_AT_ONCE) {
    const transactionIds = ids.slice(offset, offset + MOST_AT_ONCE);
    await client.call(routes.addToSubscriberImport, {
      params: { ...params, import: id },
      body: { offset, transactionIds },
    });
  }
}

/**
 * Does what an app's own server would do: says of subscribers what the flow declares. What is said follows
 * from the subscriber's id, so that every start tells the same story.
 */
export async function sayAttributes(
  { client, app, environment }: PlaceAtControl,
  declared: DeclaredAttributes,
  subscribers: readonly Pick<Subscriber, "originalTransactionId">[],
): Promise<void> {
  const entries = subscribers.flatMap(({ originalTransactionId }) => {
    const attributes = attributesOf(originalTransactionId, declared);
    const saysSomething = Object.keys(attributes).length > 0;
    return saysSomething ? [{ originalTransactionId, attributes }] : [];
  });
  for (let start = 0; start < entries.length; start += MOST_AT_ONCE) {
    await client.call(routes.putAttributes, {
      params: { app, environment },
      body: { entries: entries.slice(start, start + MOST_AT_ONCE) },
    });
  }
}

function attributesOf(id: string, declared: DeclaredAttributes): Record<string, number | boolean> {
  // Of one in five nothing is said, as a team's own data has gaps.
  if (portionOf(id, "said") >= 0.8) return {};
  const attributes: Record<string, number | boolean> = {};
  for (const [name, type] of Object.entries(declared)) {
    const portion = portionOf(id, name);
    if (type === "number") attributes[name] = Math.floor(portion * 12);
    if (type === "boolean") attributes[name] = portion < 0.5;
  }
  return attributes;
}

/** A number from 0 to 1 that is always the same for one subscriber and purpose. */
function portionOf(originalTransactionId: string, purpose: string): number {
  const digest = createHash("sha256").update(`${purpose}:${originalTransactionId}`).digest();
  return digest.readUInt32BE() / 2 ** 32;
}
