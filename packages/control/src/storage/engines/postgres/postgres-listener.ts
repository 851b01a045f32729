import { Client } from "pg";
import { postgresConfig } from "./postgres-url.ts";

/** The channel commits with changes are announced on. */
export const CHANNEL = "holdfast_changes";

/** How long to wait before listening again after the connection was lost, ms. */
const RECONNECT_MS = 1000;

/** A connection that hears what other processes announce. */
export interface PostgresListener {
  /** Connects, and again whenever the connection is lost, until closed. */
  start(): void;
  close(): Promise<void>;
}

/**
 * Returns a listener that calls `wake` at each announcement, and after each connecting, because
 * something may have been announced while nobody listened.
 */
export function createPostgresListener(url: string, wake: () => void): PostgresListener {
  let session: Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let connecting: Promise<void> = Promise.resolve();
  let closed = false;

  async function connect(): Promise<void> {
    const client = new Client(postgresConfig(url));
    client.on("notification", wake);
    client.on("error", () => lose(client));
    client.on("end", () => lose(client));
    session = client;
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      wake();
    } catch {
      lose(client);
    }
  }

  function lose(client: Client): void {
    if (session !== client) return;
    session = undefined;
    void client.end().catch(() => undefined);
    if (!closed) retry = setTimeout(open, RECONNECT_MS).unref();
  }

  function open(): void {
    connecting = connect();
  }

  return {
    start: open,
    async close() {
      closed = true;
      clearTimeout(retry);
      await connecting;
      const last = session;
      session = undefined;
      await last?.end();
    },
  };
}
