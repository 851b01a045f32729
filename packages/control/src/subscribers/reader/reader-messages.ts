import type { FlowEnvironment, SubscriberState } from "@holdfast/flow/evaluate";

/** What the thread is run with. */
export interface ReaderSettings {
  /** The file of the SQLite database; it need not be there yet. */
  readonly databasePath: string;
}

/** A state that is looked for. */
export interface StateQuestion {
  readonly id: number;
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly pseudonym: string;
}

/** What was asked for in one turn of the event loop. */
export interface QuestionsMessage {
  readonly questions: readonly StateQuestion[];
  /** The time states are derived for, milliseconds since 1970. */
  readonly now: number;
}

/** What came of one question: a state, none (`found: false`), or why it could not be read. */
export type StateAnswer = { readonly id: number } & (
  | { readonly found: true; readonly state: SubscriberState }
  | { readonly found: false }
  | { readonly failure: string }
);
