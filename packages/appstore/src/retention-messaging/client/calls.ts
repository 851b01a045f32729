import type { ApiRequest, ApiTransport } from "../../http/index.ts";
import { OPERATIONS } from "./operations.ts";
import type { CallOptions } from "./retention-messaging-client.ts";

/** A call of the Retention Messaging API. */
export interface Call extends Omit<ApiRequest, "operation" | "signal"> {
  readonly name: keyof typeof OPERATIONS;
}

/** Sends calls of the Retention Messaging API and returns the bodies of their answers. */
export type SendCall = (call: Call, options: CallOptions | undefined) => Promise<unknown>;

/** Returns what sends calls, whose paths begin after `/inApps/v1/messaging`. */
export function createSendCall(transport: ApiTransport): SendCall {
  return async ({ name, path, ...call }, options) => {
    const answer = await transport.send({
      ...call,
      operation: OPERATIONS[name],
      path: ["inApps", "v1", "messaging", ...path],
      // PUT and DELETE are documented without a body: whatever comes, 200 means done.
      answer: call.method === "PUT" || call.method === "DELETE" ? "anything" : "json",
      signal: options?.signal,
    });
    return answer.body;
  };
}
