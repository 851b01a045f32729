import { rememberUpload } from "../catalog/uploaded-content.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import type { Database } from "../storage/index.ts";
import type { MadePlan } from "./make-plan.ts";

/**
 * Remembers names and contents of all that a plan uploads, before it is uploaded: Apple gives neither back,
 * and what is cut off after an upload would not come to it again.
 */
export async function rememberUploads(
  database: Database,
  { app, environment }: PublicationPlace,
  { plan, desired }: Pick<MadePlan, "plan" | "desired">,
): Promise<void> {
  const created = new Set(
    plan.items.flatMap((item) =>
      "identifier" in item && item.action === "create" ? [item.identifier] : [],
    ),
  );
  if (created.size === 0) return;
  const place = { app, environment };
  await database.transaction(async ({ queries }) => {
    for (const { identifier, file } of desired.images) {
      if (!created.has(identifier)) continue;
      await rememberUpload(queries, place, { kind: "image", identifier, name: file });
    }
    for (const { identifier, names, body } of desired.messages) {
      if (!created.has(identifier)) continue;
      const { message: name, locale } = names[0] ?? {};
      await rememberUpload(queries, place, {
        kind: "message",
        identifier,
        name,
        locale,
        content: body,
      });
    }
  });
}
