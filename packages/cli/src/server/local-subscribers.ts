import { join } from "node:path";
import { openSubscriberReader } from "@holdfast/control/subscriber-reader";
import { createControlSubscribers } from "@holdfast/runtime/node";
import type { HostControl } from "@holdfast/runtime/node";
import type { SubscriberStore } from "@holdfast/runtime";
import type { Logger } from "pino";

/** Where the runtime of this process reads subscriber state. */
export interface LocalSubscribers {
  readonly store: SubscriberStore;
  close(): Promise<void>;
}

/** What it is opened with. */
export interface LocalSubscribersOptions {
  /** A PostgreSQL server's database; without it the SQLite file in the data directory. */
  readonly databaseUrl: string | undefined;
  readonly dataDirectory: string;
  /** The control plane of this process. */
  readonly control: HostControl;
  readonly logger: Logger;
  /** What the thread on SQLite runs; default: what reads subscriber state. */
  readonly script?: URL;
}

/**
 * Opens what reads subscriber state: on SQLite a thread with a connection of its own, for who waits for a
 * database in their own thread cannot stop waiting; on PostgreSQL the control plane, which has the connections.
 */
export function openLocalSubscribers(options: LocalSubscribersOptions): LocalSubscribers {
  const { databaseUrl, dataDirectory, control, logger, script } = options;
  if (databaseUrl !== undefined) {
    return { store: createControlSubscribers(control), close: () => Promise.resolve() };
  }
  const reader = openSubscriberReader({
    databasePath: join(dataDirectory, "holdfast.db"),
    onProblem: (error) =>
      logger.error(
        { error: error instanceof Error ? error.name : undefined },
        "the thread that reads subscriber state died",
      ),
    ...(script === undefined ? {} : { script }),
  });
  return { store: reader, close: () => reader.close() };
}
