import type { AppDefinition } from "../app-definition.ts";
import { findProduct } from "../world.ts";

/** Returns where a definition names what it does not have, or the same thing twice; at best nothing. */
export function findContradictions(definition: AppDefinition): readonly string[] {
  return [...unknownProducts(definition), ...unknownMessages(definition), ...twice(definition)];
}

function unknownProducts(definition: AppDefinition): readonly string[] {
  const { offers, subscribers = [], content = {} } = definition;
  const { defaults = [], appStoreConnectMessages = [] } = content;
  const named = {
    offers,
    subscribers,
    "content.defaults": defaults,
    "content.appStoreConnectMessages": appStoreConnectMessages,
  };
  return Object.entries(named).flatMap(([list, items]) =>
    items.flatMap(({ productId }, index) =>
      findProduct(definition, productId) === undefined
        ? [`${list}[${index}].productId: expected a product of the app, got ${productId}`]
        : [],
    ),
  );
}

function unknownMessages({ content = {} }: AppDefinition): readonly string[] {
  const { messages = [], defaults = [] } = content;
  const known = new Set(messages.map(({ messageIdentifier }) => messageIdentifier));
  return defaults.flatMap(({ messageIdentifier }, index) =>
    known.has(messageIdentifier)
      ? []
      : [`content.defaults[${index}].messageIdentifier: expected one of content.messages`],
  );
}

function twice({ keyIds, groups, offers, subscribers = [], content = {} }: AppDefinition) {
  const named: Readonly<Record<string, readonly string[]>> = {
    keyIds,
    groups: groups.map(({ id }) => id),
    "groups (of products)": groups.flatMap(({ products }) =>
      products.map(({ productId }) => productId),
    ),
    offers: offers.map(({ productId, offerIdentifier }) => `${offerIdentifier} of ${productId}`),
    "subscribers (of transactions)": subscribers.flatMap(
      ({ originalTransactionId, laterTransactionIds }) => [
        originalTransactionId,
        ...laterTransactionIds,
      ],
    ),
    "content.messages": (content.messages ?? []).map(({ messageIdentifier }) => messageIdentifier),
  };
  return Object.entries(named).flatMap(([list, ids]) => {
    const repeated = ids.find((id, index) => ids.indexOf(id) < index);
    return repeated === undefined ? [] : [`${list}: expected each once, got ${repeated} twice`];
  });
}
