import type {
  ColumnDataType,
  CompiledQuery,
  CreateTableBuilder,
  Expression,
  QueryExecutorProvider,
  SchemaModule,
} from "kysely";

/** What a migration builds its statements with: Kysely's schema builder within the stated subset. */
export interface SchemaTools {
  readonly schema: SchemaModule;
  /** The column types both engines have. */
  readonly types: ColumnTypes;
  /** Starts a table that keeps to its columns' types on both engines. */
  readonly createTable: (name: string) => CreateTableBuilder<string>;
  /** Statements after which rows of a table can be added, and neither changed nor deleted. */
  readonly appendOnly: (table: string) => readonly Compilable[];
}

/** The types a column may have. */
interface ColumnTypes {
  /** Compared and sorted by its bytes. */
  readonly text: ColumnDataType | Expression<unknown>;
  /** 64 bits. */
  readonly integer: ColumnDataType | Expression<unknown>;
  readonly double: ColumnDataType | Expression<unknown>;
  readonly blob: ColumnDataType | Expression<unknown>;
}

/** Something that becomes one SQL statement. */
export interface Compilable {
  compile(executor: QueryExecutorProvider): CompiledQuery;
}

/**
 * One step forward of the database. There is no step back: expand first, let a release pass, then
 * contract. Its statements depend on nothing but the tools, so that their checksum says whether an
 * applied migration is the one this release knows; moving data over takes a job, not a migration.
 */
export interface Migration {
  /** 1, 2, 3 …; what a database and a release say they are at. */
  readonly version: number;
  readonly name: string;
  /**
   * The oldest release, by the newest migration it knows, that works on the database afterwards. A
   * migration that only adds keeps the number of the one before.
   */
  readonly oldestSupportedCode: number;
  statements(tools: SchemaTools): readonly Compilable[];
}
