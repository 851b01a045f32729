import { createServer, type RequestListener, type Server } from "node:http";
import { emulatorError } from "../errors/index.ts";
import { isLoopback } from "./loopback.ts";

/** Where to listen. */
export interface ListenAddress {
  /** An address of this machine alone. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
}

/** A server that listens. */
export interface Listening {
  readonly server: Server;
  /** The port it got. */
  readonly port: number;
}

/**
 * Starts listening; resolves once it does. Throws `ADDRESS_NOT_LOOPBACK` for an address others could
 * reach, `PORT_TAKEN` when somebody else listens there, `LISTEN_FAILED` for anything else.
 */
export async function listen(
  { host, port }: ListenAddress,
  listener: RequestListener,
): Promise<Listening> {
  if (!isLoopback(host)) {
    throw emulatorError(
      "ADDRESS_NOT_LOOPBACK",
      "the emulator does what anybody asks, so it listens on 127.0.0.1, ::1 or localhost only",
    );
  }
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  }).catch((error: unknown) => {
    throw listenError(error, { host, port });
  });
  const address = server.address();
  return { server, port: typeof address === "object" && address !== null ? address.port : port };
}

/** How long `stopListening` lets answers on their way finish, in milliseconds. */
const GRACE_MS = 1000;

/** Stops listening: lets what is on its way finish for a second, then drops it. */
export async function stopListening(server: Server): Promise<void> {
  const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(impatience);
}

function listenError(cause: unknown, { host, port }: ListenAddress) {
  const isTaken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
  return isTaken
    ? emulatorError(
        "PORT_TAKEN",
        `port ${port} on ${host} is taken by another program; choose another port, or 0 for any`,
        { cause },
      )
    : emulatorError("LISTEN_FAILED", `cannot listen on ${host}, port ${port}`, { cause });
}
