import type { CommandInput, Io } from "../command.ts";
import { print } from "../output.ts";
import { resultOfRows } from "../storekit/rows.ts";

/** A list, and how people read it. */
export interface ListSpec<Item> extends ListFrame {
  readonly items: readonly Item[];
  /** The cells of an item, as many as the head has. */
  readonly rowOf: (item: Item) => readonly string[];
}

/** A list whose rows are not its items one by one. */
export interface RowListSpec extends ListFrame {
  readonly items: readonly unknown[];
  readonly rows: readonly (readonly string[])[];
}

interface ListFrame {
  /** What the columns are called. */
  readonly head: readonly string[];
  /** What is said in place of a table without rows, with the next step. */
  readonly empty: string;
  /** Further members of the JSON document. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Prints a list: rows for people, `{"items": […]}` for machines. */
export function printList<Item>(
  input: CommandInput,
  io: Io,
  spec: ListSpec<Item> | RowListSpec,
): void {
  const { items, head, empty, facts = {} } = spec;
  const rows = "rows" in spec ? spec.rows : spec.items.map(spec.rowOf);
  const result = resultOfRows({ json: { items, ...facts }, head, rows });
  print(input, io, rows.length === 0 ? { ...result, table: () => [empty] } : result);
}

/** Reads all entries of an operation's pages. */
export async function readAll<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
