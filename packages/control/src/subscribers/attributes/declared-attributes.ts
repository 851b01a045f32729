import type { AttributeType } from "@holdfast/flow/evaluate";
import { newestDocument } from "../../flows/index.ts";
import { readLivePublication, readSnapshotText } from "../../publishing/index.ts";
import type { Queries } from "../../storage/index.ts";
import type { SubscriptionPlace } from "../subscription-place.ts";

/** The types a name may be said with: that of what is live and that of the newest version, which may differ. */
export type DeclaredTypes = ReadonlyMap<string, ReadonlySet<AttributeType>>;

/** Returns the team's own attributes that the live flow or the newest version declares, by name. */
export async function declaredAttributes(
  queries: Queries,
  place: SubscriptionPlace,
): Promise<DeclaredTypes> {
  const declared = [await liveAttributes(queries, place), await newestAttributes(queries, place)];
  const types = new Map<string, Set<AttributeType>>();
  for (const [name, type] of declared.flatMap((attributes) => Object.entries(attributes))) {
    types.set(name, new Set([...(types.get(name) ?? []), type]));
  }
  return types;
}

type Attributes = Readonly<Record<string, AttributeType>>;

/** Of the snapshot that was read last: teams send every few minutes, and publish once a week. */
let lastRead: { readonly hash: string; readonly attributes: Attributes } | undefined;

async function liveAttributes(queries: Queries, place: SubscriptionPlace): Promise<Attributes> {
  const live = await readLivePublication(queries, place);
  if (live === undefined) return {};
  if (lastRead?.hash === live.snapshot) return lastRead.attributes;
  // It was compiled and checked before it was stored.
  const { attributes } = JSON.parse(await readSnapshotText(queries, live.snapshot)) as {
    readonly attributes: Attributes;
  };
  lastRead = { hash: live.snapshot, attributes };
  return attributes;
}

async function newestAttributes(queries: Queries, { app }: SubscriptionPlace): Promise<Attributes> {
  const document = await newestDocument(queries, app);
  return document?.attributes ?? {};
}
