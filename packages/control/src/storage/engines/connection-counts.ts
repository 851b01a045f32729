/** The connections of this process to a database. */
export interface ConnectionCounts {
  readonly used: number;
  readonly idle: number;
  /** Callers who wait for one. */
  readonly waiting: number;
}
