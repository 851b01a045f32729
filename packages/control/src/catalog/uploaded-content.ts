import type { UploadMessageRequestBody } from "@holdfast/appstore/retention-messaging/client";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { ContentPlace } from "./review-states.ts";
import type { UploadedContentTable } from "./tables.ts";

/** What is known here of content at Apple. */
export interface UploadedContent {
  readonly kind: UploadedContentTable["kind"];
  readonly identifier: string;
  /** What flows call it. */
  readonly name?: string | undefined;
  readonly locale?: string | undefined;
  readonly content?: UploadMessageRequestBody | undefined;
}

/** Remembers what was uploaded: Apple gives neither names nor content back. A name that is known stays where none is given. */
export async function rememberUpload(
  queries: Queries,
  place: ContentPlace,
  { kind, identifier, name, locale, content }: UploadedContent,
): Promise<void> {
  const columns = {
    ...(name === undefined ? {} : { name }),
    ...(locale === undefined ? {} : { locale }),
    content: content === undefined ? null : toJsonText(content),
  };
  await queries
    .insertInto("uploaded_content")
    .values({ ...place, kind, identifier, name: null, locale: null, ...columns })
    .onConflict((conflict) =>
      conflict.columns(["app", "environment", "kind", "identifier"]).doUpdateSet(columns),
    )
    .execute();
}

/** Forgets what was deleted at Apple. */
export async function forgetUpload(
  queries: Queries,
  { app, environment }: ContentPlace,
  { kind, identifier }: Pick<UploadedContent, "kind" | "identifier">,
): Promise<void> {
  await queries
    .deleteFrom("uploaded_content")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("kind", "=", kind)
    .where("identifier", "=", identifier)
    .execute();
}

/** Returns what is known here of some content, by identifier. */
export async function readUploads(
  queries: Queries,
  { app, environment }: ContentPlace,
  {
    kind,
    identifiers,
  }: { readonly kind: UploadedContent["kind"]; readonly identifiers: readonly string[] },
): Promise<ReadonlyMap<string, UploadedContent>> {
  if (identifiers.length === 0) return new Map();
  const rows = await queries
    .selectFrom("uploaded_content")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("kind", "=", kind)
    .where("identifier", "in", identifiers)
    .execute();
  return new Map(
    rows.map((row) => [
      row.identifier,
      {
        kind: row.kind,
        identifier: row.identifier,
        name: row.name ?? undefined,
        locale: row.locale ?? undefined,
        content: row.content === null ? undefined : fromJsonText(row.content),
      },
    ]),
  );
}
