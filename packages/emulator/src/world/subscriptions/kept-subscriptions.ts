import { join } from "node:path";
import { emulatorError } from "../../errors/index.ts";
import { beginAppendLog, readAppendLog } from "../../files/append-log.ts";
import type { AppEnvironment } from "../app-definition.ts";
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
}

/** The subscriptions that changed since the world began. */
export interface KeptSubscriptions {
  /** When the world began: milliseconds since 1970. */
  readonly begunAt: number;
  /** When it was opened: milliseconds since 1970. */
  readonly now: number;
  /** Returns what became of a subscription, `undefined` when nothing did. */
  find(place: AppEnvironment, originalTransactionId: string): Subscription | undefined;
  /** Remembers what became of a subscription. */
  keep(place: AppEnvironment, subscription: Subscription): void;
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
  const latest = new Map(lines.map((entry) => [keyOf(entry, entry.subscription), entry]));
  const current = () => [heading, ...latest.values()];
  const log = path === undefined ? undefined : beginAppendLog(path, current);
  return {
    begunAt: heading.begunAt,
    now,
    find: (place, originalTransactionId) =>
      latest.get(keyOf(place, { originalTransactionId }))?.subscription,
    keep({ app, environment }, subscription) {
      const entry = { app, environment, subscription };
      latest.set(keyOf(entry, subscription), entry);
      log?.append(entry);
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
