import type { IncomingMessage } from "node:http";
import { UsageError } from "@holdfast/appstore/errors";
import proxyAddress from "proxy-addr";

/** The header the client's address is passed on in, inside this process; whatever came under it is dropped. */
export const CLIENT_ADDRESS_HEADER = "x-holdfast-client-address";

/** Returns the address a request came from; undefined where the connection was reset meanwhile. */
export type ClientAddress = (incoming: IncomingMessage) => string | undefined;

/**
 * Returns what tells where requests come from: the address of the connection, or what `X-Forwarded-For` says
 * where a trusted proxy wrote it.
 *
 * @param trusted - addresses and ranges (`10.0.0.0/8`), or `loopback`, `linklocal`, `uniquelocal`
 * @throws UsageError `OPTION_INVALID`
 */
export function createClientAddress(trusted: readonly string[]): ClientAddress {
  const trust = compile(trusted);
  // Of a connection that is gone it returns undefined, whatever its types say.
  return (incoming) => proxyAddress(incoming, trust);
}

function compile(trusted: readonly string[]): ReturnType<typeof proxyAddress.compile> {
  try {
    return proxyAddress.compile([...trusted]);
  } catch (cause) {
    const expected = "expected addresses or ranges like 10.0.0.0/8, or loopback, uniquelocal";
    throw new UsageError("OPTION_INVALID", `--trusted-proxies: ${expected}`, { cause });
  }
}
