import type { SendCall } from "./calls.ts";
import { parseDefaultConfiguration, parseRealtimeUrl } from "./parse-answers.ts";
import type { DefaultPlace, RetentionMessagingClient } from "./retention-messaging-client.ts";

/** The calls about default messages and the real-time URL. */
type ConfigurationCalls = Pick<
  RetentionMessagingClient,
  | "configureDefaultMessage"
  | "getDefaultMessage"
  | "deleteDefaultMessage"
  | "configureRealtimeUrl"
  | "getRealtimeUrl"
  | "deleteRealtimeUrl"
>;

/** Returns the calls about default messages and the real-time URL; all are idempotent. */
export function createConfigurationCalls(send: SendCall): ConfigurationCalls {
  return {
    async configureDefaultMessage(place, messageIdentifier, options) {
      const path = defaultPath(place);
      const requested = { messageIdentifier };
      const body = { json: requested };
      const name = "configureDefaultMessage";
      await send({ name, method: "PUT", path, body, idempotent: true }, options);
      return requested;
    },
    async getDefaultMessage(place, options) {
      const path = defaultPath(place);
      const body = await send({ name: "getDefaultMessage", method: "GET", path }, options);
      return parseDefaultConfiguration(body);
    },
    async deleteDefaultMessage(place, options) {
      const path = defaultPath(place);
      const name = "deleteDefaultMessage";
      await send({ name, method: "DELETE", path, idempotent: true }, options);
    },
    async configureRealtimeUrl(realtimeURL, options) {
      const requested = { realtimeURL };
      const body = { json: requested };
      const name = "configureRealtimeUrl";
      await send({ name, method: "PUT", path: REALTIME_URL, body, idempotent: true }, options);
      return requested;
    },
    async getRealtimeUrl(options) {
      const name = "getRealtimeUrl";
      return parseRealtimeUrl(await send({ name, method: "GET", path: REALTIME_URL }, options));
    },
    async deleteRealtimeUrl(options) {
      const name = "deleteRealtimeUrl";
      await send({ name, method: "DELETE", path: REALTIME_URL, idempotent: true }, options);
    },
  };
}

const REALTIME_URL = ["realtime", "url"];

function defaultPath({ productId, locale }: DefaultPlace): readonly string[] {
  return ["default", productId, locale];
}
