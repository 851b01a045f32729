import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { postgresEngines } from "../../testing/engines.ts";
import type { TestEngine } from "../../testing/engines.ts";
import { createPostgresPool } from "./postgres-pool.ts";

/** How long a server may be silent here, ms. */
const SILENT_AFTER_MS = 300;

/** Starts a proxy in front of PostgreSQL that can drop everything without a word, as a firewall does. */
async function startSilencer(target: string) {
  const { hostname, port } = new URL(target);
  const sockets: Socket[] = [];
  let isSilent = false;
  const server = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname);
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.push(socket);
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => {
        if (!isSilent) other.write(bytes);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = new URL(target);
  // A server that listens on a port has an address of this kind.
  url.port = String((server.address() as AddressInfo).port);
  const setSilent = (silent: boolean): void => {
    isSilent = silent;
  };
  return { url: url.href, setSilent };
}

async function open(engine: TestEngine) {
  const place = await engine.place();
  const silencer = await startSilencer(place.engine === "postgres" ? place.url : "");
  const pool = createPostgresPool(silencer.url, { silentAfterMs: SILENT_AFTER_MS });
  onTestFinished(() => pool.end());
  return { pool, ...silencer };
}

const engines = await postgresEngines();

test.for(engines)(
  "a server that says nothing any more is unreachable, and used again when it is back",
  async (engine) => {
    const { pool, setSilent } = await open(engine);
    const client = await pool.connect();
    await client.query("select 1", []);
    setSilent(true);
    await expect(client.query("select 1", [])).rejects.toMatchObject({
      code: "DATABASE_UNREACHABLE",
    });
    client.release();
    setSilent(false);
    const next = await pool.connect();
    expect(next).not.toBe(client);
    await next.query("select 1", []);
    next.release();
  },
);

test.for(engines)(
  "a transaction that lifts the server's limit may take longer, and the next one may not",
  async (engine) => {
    const { pool, setSilent } = await open(engine);
    const client = await pool.connect();
    const slow = `select pg_sleep(${(SILENT_AFTER_MS * 2) / 1000})`;
    await client.query("begin", []);
    await client.query("set local statement_timeout = 0", []);
    await client.query(slow, []);
    await client.query("commit", []);
    await client.query("begin", []);
    setSilent(true);
    await expect(client.query(slow, [])).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
    client.release();
  },
);
