import type { Exchange } from "./post-once.ts";

/** There is no connection: the network, a name, a port. */
export class NoConnection extends Error {
  constructor(failure: string, options?: ErrorOptions) {
    super(`no connection: ${failure}`, options);
  }
}

const NO_CONNECTION = /^(?:ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)/;

/** @throws NoConnection */
export function requireConnection(exchange: Exchange): void {
  if ("failure" in exchange && NO_CONNECTION.test(exchange.failure)) {
    throw new NoConnection(exchange.failure);
  }
}
