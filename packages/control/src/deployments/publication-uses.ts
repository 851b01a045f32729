import type { Snapshot } from "@holdfast/flow/snapshot";
import { publicationUse } from "@holdfast/provisioning";
import type { ProvisioningState } from "@holdfast/provisioning";
import { readSnapshotText } from "../publishing/publications.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import type { Queries } from "../storage/index.ts";

/**
 * Returns a state with what was published since a moment, and what was live then: publishing, rolling back
 * and approved texts happen without provisioning, and what they use is not to be taken for unwanted.
 *
 * @param since - milliseconds since 1970
 */
export async function withPublicationUses(
  queries: Queries,
  state: ProvisioningState,
  { place, since }: { readonly place: PublicationPlace; readonly since: number },
): Promise<ProvisioningState> {
  const published = await publicationsSince(queries, place, since);
  const messagesOf = createReader(queries);
  const uses: ContentUse[] = [];
  for (const [index, { snapshot, label, published_at: from }] of published.entries()) {
    const until = published[index + 1]?.published_at;
    const { kind, name, messages } = publicationUse(await messagesOf(snapshot), label);
    const use = { kind, name, messages: [...messages], images: [], from };
    uses.push(until === undefined ? use : { ...use, until });
  }
  return { ...state, uses: [...state.uses, ...uses] };
}

type ContentUse = ProvisioningState["uses"][number];

/** Reads each snapshot once: a rollback brings one back. */
function createReader(queries: Queries) {
  const known = new Map<string, Pick<Snapshot, "messages">>();
  return async (hash: string): Promise<Pick<Snapshot, "messages">> => {
    // What is kept under its hash was compiled here; parsing all of it would take far longer.
    const read = async () => JSON.parse(await readSnapshotText(queries, hash)) as Snapshot;
    const { messages } = known.get(hash) ?? (await read());
    known.set(hash, { messages });
    return { messages };
  };
}

/** In their order, the one first that was live at the moment. */
async function publicationsSince(
  queries: Queries,
  { app, environment }: PublicationPlace,
  since: number,
) {
  const newestBefore = await queries
    .selectFrom("publications")
    .select((row) => row.fn.max("sequence").as("sequence"))
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("published_at", "<", since)
    .executeTakeFirst();
  return queries
    .selectFrom("publications")
    .select(["snapshot", "label", "published_at"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("sequence", ">=", newestBefore?.sequence ?? 0)
    .orderBy("sequence")
    .execute();
}
