import { join } from "node:path";
import { emulatorError } from "../../errors/index.ts";
import { beginAppendLog, readAppendLog } from "../../files/append-log.ts";
import type { AppEnvironment, Subscriber } from "../app-definition.ts";
import type { Subscription } from "./subscription.ts";

const FILE = "subscriptions.jsonl";
const VERSION = 1;

/** The first line: since when there is this world. */
interface Heading {
  readonly version: typeof VERSION;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

/** A later line: what became of a subscription. */
interface Entry extends AppEnvironment {
  readonly subscription: Subscription;
  /** Who it is, when the app's definition knows nothing of them. */
  readonly subscriber?: Subscriber;
}

/** The subscriptions that changed since the world began. */
export interface KeptSubscriptions {
  /** When the world began: milliseconds since 1970. */
  readonly begunAt: number;
  /** When it was opened: milliseconds since 1970. */
  readonly now: number;
  /** Returns what became of a subscription, `undefined` when nothing did. */
  find(place: AppEnvironment, originalTransactionId: string): Subscription | undefined;
  /** Returns who has joined since, in their order. */
  joined(place: AppEnvironment): readonly Subscriber[];
  /** Remembers what became of a subscription, and of whom if they have joined since the world began. */
  keep(place: AppEnvironment, subscription: Subscription, joined?: Subscriber): void;
}

/**
 * Returns what was kept in `directory`, or a world that begins at `now` (milliseconds since 1970); without
 * a directory nothing outlives the process. Throws `STATE_UNREADABLE`.
 */
export function openKeptSubscriptions(
  directory: string | undefined,
  now: number,
): KeptSubscriptions {
  const path = directory === undefined ? undefined : join(directory, FILE);
  const [heading = { version: VERSION, begunAt: now }, ...lines] =
    path === undefined ? [] : readAppendLog(path);
  if (!isHeading(heading) || !lines.every(isEntry)) {
    throw emulatorError(
      "STATE_UNREADABLE",
      `${path ?? FILE} holds no subscriptions this emulator kept; remove it to begin with new ones`,
    );
  }
  // Later lines are about the same subscriptions again; only the last one of each counts.
  const latest = new Map<string, Entry>();
  const remember = (entry: Entry): Entry => {
    const key = keyOf(entry, entry.subscription);
    const subscriber = entry.subscriber ?? latest.get(key)?.subscriber;
    latest.set(key, subscriber === undefined ? entry : { ...entry, subscriber });
    return entry;
  };
  for (const line of lines) remember(line);
  const current = () => [heading, ...latest.values()];
  const log = path === undefined ? undefined : beginAppendLog(path, current);
  return {
    begunAt: heading.begunAt,
    now,
    find: (place, originalTransactionId) =>
      latest.get(keyOf(place, { originalTransactionId }))?.subscription,
    joined: ({ app, environment }) =>
      [...latest.values()]
        .filter((entry) => entry.app === app && entry.environment === environment)
        .flatMap(({ subscriber }) => subscriber ?? []),
    keep({ app, environment }, subscription, subscriber) {
      const joined = subscriber === undefined ? {} : { subscriber };
      log?.append(remember({ app, environment, subscription, ...joined }));
    },
  };
}

function keyOf(
  { app, environment }: AppEnvironment,
  { originalTransactionId }: Pick<Subscription, "originalTransactionId">,
): string {
  return `${app}|${environment}|${originalTransactionId}`;
}

/** Looks as deep as a file that was meant for something else would show. */
function isHeading(value: unknown): value is Heading {
  return isRecord(value) && value["version"] === VERSION && typeof value["begunAt"] === "number";
}

function isEntry(value: unknown): value is Entry {
  if (!isRecord(value) || !isRecord(value["subscription"])) return false;
  const { originalTransactionId, transactions, renewal } = value["subscription"];
  return (
    typeof value["app"] === "string" &&
    typeof value["environment"] === "string" &&
    typeof originalTransactionId === "string" &&
    Array.isArray(transactions) &&
    transactions.length > 0 &&
    isRecord(renewal)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
