/** What changed, in the order of commits: what runtimes and other replicas follow. */
export interface ChangesTable {
  /** 1, 2, 3 … without a gap; made by the commit. */
  readonly seq: number;
  /** The app it concerns; null for all. */
  readonly app: string | null;
  readonly environment: string | null;
  /** What kind of thing changed. */
  readonly topic: string;
  /** Which one of them; never something secret. */
  readonly subject: string | null;
  readonly at: number;
}

/** The one row all recorded changes go through. */
export interface ChangeFeedTable {
  readonly id: 1;
  /** A new one after a restore, when sequence numbers start to repeat. */
  readonly epoch: string;
  readonly last_seq: number;
  /** The highest sequence number whose row was deleted for its age. */
  readonly pruned_seq: number;
}
