import { createHash } from "node:crypto";
import { etagOf } from "@holdfast/api/server";
import type { RuntimeKeys } from "@holdfast/runtime/keys";
import { writeRevocationList } from "@holdfast/runtime/wire";
import type { Queries } from "../storage/index.ts";
import { readKnownRevocations } from "./revocation-chains.ts";

/** Everything that is known, as runtimes read it. */
export interface RevocationRecords {
  readonly text: string;
  /** Changes with what is known, and with the runtime secret. */
  readonly etag: string;
}

/** Returns everything that is known, authenticated for runtimes. Throws what the database throws. */
export async function readRevocationRecords(
  queries: Queries,
  { revocationRecords }: Pick<RuntimeKeys, "revocationRecords">,
): Promise<RevocationRecords> {
  const records = await readKnownRevocations(queries);
  const text = await writeRevocationList(records, revocationRecords);
  const digest = createHash("sha256").update(text).digest("hex");
  return { text, etag: etagOf(digest.slice(0, 32)) };
}
