import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { ControlApp } from "./create-control-app.ts";

/**
 * Returns the function node:http calls for each request.
 *
 * @param addressOf - returns the client's address, as far as the listener can know it
 */
export function createNodeListener(
  { fetch }: Pick<ControlApp, "fetch">,
  addressOf: (incoming: IncomingMessage) => string | undefined,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return getRequestListener(
    // The adapter also serves HTTP/2, which node:http does not.
    (request, { incoming }) => fetch(request, { address: addressOf(incoming as IncomingMessage) }),
    // HTTP/1.0 need not name a host.
    { hostname: "localhost" },
  );
}
