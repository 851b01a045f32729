import type { Queries } from "../storage/index.ts";

/**
 * Returns what whoever runs it should know of revocations, in sentences: that a certificate is revoked, and
 * that of some it is not known, for nobody said so in time.
 *
 * @param now - milliseconds since 1970
 */
export async function revocationWarnings(
  queries: Queries,
  now: number,
): Promise<readonly string[]> {
  const rows = await queries
    .selectFrom("revocation_chains")
    .select(["status", "next_update", "problem"])
    .where((row) => row.or([row("status", "=", "revoked"), row("problem", "is not", null)]))
    .orderBy("next_at")
    .execute();
  const revoked = rows.filter(({ status }) => status === "revoked");
  const silent = rows.find(
    ({ status, next_update }) => status !== "revoked" && (next_update ?? 0) < now,
  );
  return [
    ...(revoked.length === 0
      ? []
      : [
          "a certificate that the App Store signs under is revoked: what is signed under it is refused",
        ]),
    ...(silent === undefined
      ? []
      : [
          `whether the App Store's certificates are revoked is not known, and they are taken for good: ${silent.problem}`,
        ]),
  ];
}
