import type { Snapshot } from "@holdfast/flow/snapshot";
import type { NewUse } from "./record-use.ts";

/**
 * Returns what a published snapshot uses, so that pruning leaves it alone.
 *
 * @param name - what the publication is called
 */
export function publicationUse({ messages }: Pick<Snapshot, "messages">, name: string): NewUse {
  const texts = Object.values(messages).flatMap(({ locales }) => Object.values(locales));
  // Apple does not delete an image that a message uses, so messages are enough.
  return { kind: "publication", name, messages: texts, images: [] };
}
