import type { Queries } from "../storage/index.ts";
import { decisionEncoder } from "./decision-encoder.ts";
import type { ExportDestination } from "./export-destination.ts";
import type { ObjectStore } from "./object-store.ts";
import { readPart } from "./read-part.ts";
import type { ExportedDay } from "./read-part.ts";
import { noteFiles } from "./written-days.ts";
import type { WrittenDay } from "./written-days.ts";

/** What a day is exported with. */
export interface ExportMeans {
  readonly queries: Queries;
  readonly store: ObjectStore;
  readonly destination: Pick<ExportDestination, "prefix" | "format">;
  /** The most rows of one file; default 100,000. */
  readonly fileRows?: number | undefined;
  /** Rows read at once; default 2,000. */
  readonly pageRows?: number | undefined;
}

const FILE_ROWS = 100_000;
const PAGE_ROWS = 2000;

/**
 * Writes the decisions of a day to the object store, in the place of what was written of it before: file after
 * file from the first on, then what is left over of longer ago is deleted. Until all of it is done a reader may
 * find some decisions twice, or not at all.
 *
 * @param filesBefore - how many files there may be of the last time
 * @throws UpstreamError of the store; what the database throws
 */
export async function exportDay(
  { queries, store, destination, fileRows = FILE_ROWS, pageRows = PAGE_ROWS }: ExportMeans,
  day: ExportedDay,
  { filesBefore, signal }: { readonly filesBefore: number; readonly signal: AbortSignal },
): Promise<WrittenDay> {
  const { encode, extension, contentType } = decisionEncoder(destination.format);
  const keyOf = (file: number): string =>
    `${destination.prefix}${partitionOf(day)}/decisions-${String(file).padStart(5, "0")}${extension}`;
  const written = { rows: 0, files: 0, bytes: 0 };
  let after = "";
  for (;;) {
    const part = readPart(queries, day, { after, maxRows: fileRows, pageRows, signal });
    const body = await encode(part.pages);
    const { rows, last } = part.progress;
    if (rows === 0) break;
    written.files += 1;
    if (written.files > filesBefore) await noteFiles(queries, day, written.files);
    await store.put({ key: keyOf(written.files), body, contentType }, signal);
    written.bytes += body.length;
    written.rows += rows;
    after = last;
    if (rows < fileRows) break;
  }
  for (let file = written.files + 1; file <= filesBefore; file += 1) {
    await store.remove(keyOf(file), signal);
  }
  return written;
}

/** As readers of such stores find partitions: `app=yoga/environment=production/day=2026-12-01`. */
function partitionOf({ app, environment, day }: ExportedDay): string {
  const date = new Date(day).toISOString().slice(0, 10);
  return `app=${app}/environment=${environment}/day=${date}`;
}
