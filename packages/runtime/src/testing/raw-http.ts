import { connect } from "node:net";
import type { Socket } from "node:net";

/** A connection that says exactly what a test wants. */
export interface RawConnection {
  write(text: string): void;
  /** Resolves when what has come in matches. */
  received(pattern: RegExp): Promise<string>;
  /** Resolves with everything once the other side has closed. */
  closed(): Promise<string>;
  /** Says that nothing more comes, and takes nothing in. */
  end(): void;
  /** Breaks the connection off. */
  destroy(): void;
}

/** Connects to a server of ours. */
export async function connectRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return rawConnection(socket);
}

function rawConnection(socket: Socket): RawConnection {
  let text = "";
  let isClosed = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    text += chunk;
    wake();
  });
  // A reset is one way to close.
  socket.on("error", () => undefined);
  socket.on("close", () => {
    isClosed = true;
    wake();
  });
  const until = (holds: () => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (holds()) resolve(text);
        else if (isClosed) reject(new Error(`closed after: ${text.slice(0, 200)}`));
        else return;
        waiting.delete(look);
      };
      waiting.add(look);
      look();
    });
  return {
    write: (data) => void socket.write(data),
    received: (pattern) => until(() => pattern.test(text)),
    closed: () => until(() => isClosed),
    end: () => void socket.pause().end(),
    destroy: () => void socket.destroy(),
  };
}

/** Sends one request as it is and returns all that comes back until the server closes. */
export async function exchangeRaw(url: string, request: string): Promise<string> {
  const connection = await connectRaw(url);
  connection.write(request);
  return connection.closed();
}
