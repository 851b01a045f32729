import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { DecisionDetailBody } from "../decisions/index.ts";
import type { ExportFormat } from "./export-destination.ts";
import { encodeParquet } from "./encode-parquet.ts";

/** Decisions, a few thousand at a time. */
type Pages = AsyncIterable<readonly DecisionDetailBody[]>;

/** How files of a format are made. */
export interface DecisionEncoder {
  /** With its dot, like `.parquet`. */
  readonly extension: string;
  readonly contentType: string;
  /** Returns one file of them all. */
  readonly encode: (pages: Pages) => Promise<Uint8Array>;
}

/** Returns what makes the files of a format. */
export function decisionEncoder(format: ExportFormat): DecisionEncoder {
  return ENCODERS[format];
}

const ENCODERS: Readonly<Record<ExportFormat, DecisionEncoder>> = {
  parquet: {
    extension: ".parquet",
    contentType: "application/vnd.apache.parquet",
    encode: encodeParquet,
  },
  ndjson: {
    extension: ".ndjson.gz",
    contentType: "application/gzip",
    encode: encodeLines,
  },
};

const gzipped = promisify(gzip);

/** Each page is a member of its own: gzip files may be put together. */
async function encodeLines(pages: Pages): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const page of pages) {
    const text = page.map((decision) => `${JSON.stringify(decision)}\n`).join("");
    parts.push(await gzipped(text));
  }
  return Buffer.concat(parts);
}
