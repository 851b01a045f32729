import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isRecord } from "../../wire/fields.ts";
import { writeFileAtomically } from "../atomic-file.ts";
import type { ReadPosition } from "./read-lines.ts";

/** Up to where control has a host's decisions: everything in files of lower numbers, and this part of one. */
export interface ShipCursor extends ReadPosition {
  /** Of the file. */
  readonly segment: number;
}

const FORMAT = "holdfast.decision-cursor/1";

/** Where a host with this data directory keeps its cursor. */
export function cursorPath(dataDirectory: string): string {
  return join(dataDirectory, "decisions.cursor.json");
}

/** Returns what was kept last; nothing where there is none, or it is damaged: then everything is sent again. */
export async function readCursor(dataDirectory: string): Promise<ShipCursor | undefined> {
  try {
    return parseCursor(JSON.parse(await readFile(cursorPath(dataDirectory), "utf8")));
  } catch {
    return undefined;
  }
}

/** Keeps a cursor, so that it survives a power cut. @throws what the system says */
export async function writeCursor(
  dataDirectory: string,
  { segment, offset, mark }: ShipCursor,
): Promise<void> {
  const text = JSON.stringify({ format: FORMAT, segment, offset, mark });
  await writeFileAtomically(cursorPath(dataDirectory), `${text}\n`);
}

function parseCursor(value: unknown): ShipCursor | undefined {
  if (!isRecord(value) || value["format"] !== FORMAT) return undefined;
  const { segment, offset, mark } = value;
  if (!isCount(segment) || !isCount(offset) || typeof mark !== "string") return undefined;
  return { segment, offset, mark };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
