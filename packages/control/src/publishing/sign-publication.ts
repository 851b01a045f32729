import { signPublicationRecord } from "@holdfast/runtime/wire";
import type { Publication } from "./publications.ts";
import type { PublishingMeans } from "./publishing-means.ts";

/** A publication that is not signed yet. */
export type UnsignedPublication = Omit<Publication, "record" | "label" | "publishedAt">;

/** Dates, names and signs a publication. Live it is only once it is written. */
export async function signPublication(
  means: Pick<PublishingMeans, "publisherOf" | "now">,
  unsigned: UnsignedPublication,
): Promise<Publication> {
  const { app, environment, snapshot, sequence } = unsigned;
  const publishedAt = means.now();
  const label = labelOf(unsigned, publishedAt);
  const record = await signPublicationRecord(
    { app, environment, snapshot, label, sequence, publishedAt },
    await means.publisherOf(app),
  );
  return { ...unsigned, record, label, publishedAt };
}

/** Like `yoga_sandbox_2026_11_21_3`. */
function labelOf({ app, environment, sequence }: UnsignedPublication, publishedAt: number): string {
  const day = new Date(publishedAt).toISOString().slice(0, 10).replaceAll("-", "_");
  return `${app}_${environment}_${day}_${sequence}`;
}
