import type { IncomingMessage } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { createEmulator } from "../emulator/create-emulator.ts";
import type { EmulatorOptions } from "../emulator/emulator-options.ts";
import type { Emulator } from "../emulator/emulator.ts";
import { EmulatorError } from "../errors/index.ts";
import { type ListenAddress, listen, stopListening } from "./listen.ts";
import { hostInUrl } from "./loopback.ts";

/** How an emulator is started. */
export interface StartEmulatorOptions
  extends Omit<EmulatorOptions, "baseUrl">, Partial<ListenAddress> {}

/** An emulator that listens. */
export interface RunningEmulator extends Emulator {
  /** Where it answers, like `http://127.0.0.1:8788`. */
  readonly url: string;
  readonly port: number;
}

/**
 * Starts a local App Store on `host` (default 127.0.0.1) and `port` (default 8788; 0 takes any).
 * Throws what `createEmulator` throws, `ADDRESS_NOT_LOOPBACK`, `PORT_TAKEN` or `LISTEN_FAILED`.
 */
export async function startEmulator({
  host = "127.0.0.1",
  port: wantedPort = 8788,
  ...options
}: StartEmulatorOptions = {}): Promise<RunningEmulator> {
  let emulator: Emulator | undefined;
  const answer = async (request: Request, { incoming }: Connection) =>
    emulator === undefined
      ? new Response(null, { status: 503 })
      : answerOrDrop(emulator, request, incoming);
  const toListener = getRequestListener(answer, { overrideGlobalObjects: false });
  // The port comes first, for the certificates name the address of their responder.
  const { server, port } = await listen(
    { host, port: wantedPort },
    (incoming, outgoing) => void toListener(incoming, outgoing),
  );
  const url = `http://${hostInUrl(host)}:${port}`;
  try {
    const started = await createEmulator({ ...options, baseUrl: url });
    emulator = started;
    return {
      ...started,
      url,
      port,
      async close() {
        await started.close();
        await stopListening(server);
      },
    };
  } catch (error) {
    await stopListening(server);
    throw error;
  }
}

/** What carries a request. */
interface Connection {
  readonly incoming: Pick<IncomingMessage, "socket">;
}

async function answerOrDrop(
  emulator: Emulator,
  request: Request,
  { socket }: Connection["incoming"],
): Promise<Response> {
  try {
    return await emulator.fetch(request);
  } catch (error) {
    if (!(error instanceof EmulatorError) || error.code !== "CONNECTION_DROPPED") throw error;
    socket.destroy();
    return RESPONSE_ALREADY_SENT;
  }
}
