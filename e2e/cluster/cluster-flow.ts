import { routes } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import type { AppDefinition } from "@holdfast/emulator";
import { MESSAGE, measuredApp } from "../measuring/measured-app.ts";

/** What the cluster answers for. */
export const PLACE = { app: "yoga", environment: "sandbox" } as const;

/** What is answered while the app is paused. */
export const PAUSED_MESSAGE = MESSAGE.fallback;

/** An app with so many subscribers that asking Apple about each of them takes longer than a run. */
export function clusterApp(): AppDefinition {
  return measuredApp(1000);
}

/** Returns what the publication with this number shows: another message than the one before, and known to Apple. */
export function messageOf(publication: number): string {
  return publication % 2 === 0 ? MESSAGE.plain : MESSAGE.loyal;
}

function message(id: string): string {
  return `{ defaultLocale: en-US, locales: { en-US: { id: ${id} } } }`;
}

/** Returns a flow that answers everybody with one message, and with another while the app is paused. */
function flowShowing(identifier: string): string {
  return `version: 1
app: com.example.yoga
messages:
  stay: ${message(identifier)}
  paused: ${message(PAUSED_MESSAGE)}
rules:
  - name: monthly
    when: { productId: yoga.monthly }
    respond: { message: stay }
  - name: others
    when: { not: { productId: yoga.monthly } }
    respond: { message: stay }
fallback: { message: paused }
`;
}

/** Publishes a flow that shows one message, and returns when it was asked for, ms since 1970. */
export async function publishShowing(admin: ApiClient, identifier: string): Promise<number> {
  const source = flowShowing(identifier);
  const { body } = await admin.call(routes.createVersion, { params: PLACE, body: { source } });
  const live = await admin.call(routes.listPublications, { params: PLACE, query: { limit: 1 } });
  const expectedSequence = live.body.items[0]?.sequence ?? 0;
  const askedAt = Date.now();
  await admin.call(routes.publishVersion, {
    params: PLACE,
    body: { version: body.version, expectedSequence },
  });
  return askedAt;
}
