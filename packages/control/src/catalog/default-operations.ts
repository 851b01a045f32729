import { routes } from "@holdfast/api";
import { readCursor } from "@holdfast/api/server";
import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { callApple, pageOf, readServedApp } from "./content-means.ts";
import type { AppleContentFeatureOptions } from "./content-means.ts";
import { listDefaults, writeDefault } from "./default-messages.ts";

/** Returns the operations on default messages. */
export function defaultOperations(options: AppleContentFeatureOptions): readonly Implementation[] {
  return [list(options), configure(options), remove(options)];
}

function list({ database: { queries } }: AppleContentFeatureOptions): Implementation {
  const route = routes.listDefaults;
  return implement(route, async ({ params, query: { limit, cursor, productId } }) => {
    await readServedApp(queries, params);
    const { operationId } = route;
    const after = cursor === undefined ? undefined : placeOf(cursor, operationId);
    const found = await listDefaults(queries, { ...params, productId, after, limit: limit + 1 });
    const { rows, next } = pageOf(found, limit, { operationId, position: positionOf });
    return { body: { items: [...rows], ...next } };
  });
}

function configure(options: AppleContentFeatureOptions): Implementation {
  const { queries } = options.database;
  return implement(routes.configureDefault, async ({ params, body }, { now, change, signal }) => {
    const { productId, locale, ...place } = params;
    const { messageIdentifier } = body;
    const app = await readServedApp(queries, place);
    await callApple(options, { app, environment: place.environment }, (client) =>
      client.configureDefaultMessage({ productId, locale }, messageIdentifier, { signal }),
    );
    return change(async (transaction) => {
      const configured = { productId, locale, messageIdentifier, seenAt: now };
      await writeDefault(transaction.queries, place, configured);
      await transaction.audit({
        target: `${productId} ${locale}`,
        summary: `made ${messageIdentifier} the default message of ${productId} in ${locale}`,
      });
      return { body: configured };
    });
  });
}

function remove(options: AppleContentFeatureOptions): Implementation {
  const { queries } = options.database;
  return implement(routes.deleteDefault, async ({ params }, { now, change, signal }) => {
    const { productId, locale, ...place } = params;
    const app = await readServedApp(queries, place);
    await callApple(options, { app, environment: place.environment }, (client) =>
      client.deleteDefaultMessage({ productId, locale }, { signal }),
    );
    return change(async (transaction) => {
      const gone = { productId, locale, messageIdentifier: null, seenAt: now };
      await writeDefault(transaction.queries, place, gone);
      await transaction.audit({
        target: `${productId} ${locale}`,
        summary: `took the default message of ${productId} in ${locale} away`,
      });
      return {};
    });
  });
}

function positionOf({ productId, locale }: DefaultPlace): readonly string[] {
  return [productId, locale];
}

function placeOf(cursor: string, operationId: string): DefaultPlace {
  const kinds = ["string", "string"] as const;
  const [productId, locale] = readCursor(cursor, { operationId, kinds });
  return { productId, locale };
}
