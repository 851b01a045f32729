/** One entry of a file, as the API takes it, and where it is written. */
export interface FileEntry {
  /** From 1; in a JSON document the entry's number. */
  readonly line: number;
  /** What is in it the server checks, and says of each what is wrong. */
  readonly entry: Readonly<Record<string, unknown>>;
}
