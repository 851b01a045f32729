import { ByteWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import type { ColumnSource } from "hyparquet-writer";
import type { DecisionDetailBody } from "../decisions/index.ts";
import { DECISION_COLUMNS } from "./decision-columns.ts";
import type { DecisionColumn } from "./decision-columns.ts";

/** Returns decisions as one Parquet file, a row group a page. */
export async function encodeParquet(
  pages: AsyncIterable<readonly DecisionDetailBody[]>,
): Promise<Uint8Array> {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: columnsOf([]) }),
    createdBy: "holdfast",
  });
  for await (const page of pages) {
    await parquet.write({ columnData: columnsOf(page), rowGroupSize: Math.max(1, page.length) });
  }
  await parquet.finish();
  return writer.getBytes();
}

function columnsOf(page: readonly DecisionDetailBody[]): ColumnSource[] {
  return DECISION_COLUMNS.map((column) => ({
    name: column.name,
    type: column.type,
    data: page.map((decision) => valueOf(column, decision)),
  }));
}

/** As the writer wants values of these types; it makes text of JSON by itself. */
function valueOf({ type, of }: DecisionColumn, decision: DecisionDetailBody): unknown {
  const value = of(decision);
  if (typeof value !== "number") return value ?? null;
  if (type === "TIMESTAMP") return new Date(value);
  return type === "INT64" ? BigInt(value) : value;
}
