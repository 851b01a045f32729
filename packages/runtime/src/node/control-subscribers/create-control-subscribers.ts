import { UpstreamError } from "@holdfast/appstore/errors";
import type { SubscriberStore } from "../../ports/subscribers.ts";
import { isRecord } from "../../wire/fields.ts";
import { parseSubscriberState } from "../../wire/subscriber-state.ts";
import {
  createControlCall,
  parseObject,
  readBounded,
  requireStatus,
} from "../../control-link/control-http.ts";
import type { ControlAccess } from "../../control-link/control-http.ts";

/** The largest state: a few hundred rules and offers, and what a team sends. */
const MAX_STATE_BYTES = 256 * 1024;

/**
 * Returns a store that asks control, over connections that stay open. The id in the URL is the pseudonym.
 *
 * `find` throws UpstreamError `CONTROL_UNREACHABLE`, `CONTROL_REFUSED`, `CONTROL_ANSWER_INVALID`; a 404 is a
 * failure like any other, for a control plane that knows no such path does not say that there is no state.
 *
 * @throws UsageError `CONTROL_URL_INVALID`
 */
export function createControlSubscribers(access: ControlAccess): SubscriberStore {
  const call = createControlCall(access);
  return {
    async find({ app, environment, pseudonym }, signal) {
      const place = [app, environment, pseudonym].map(encodeURIComponent).join("/");
      const response = await call(`v1/subscriber-states/${place}`, { signal });
      await requireStatus(response, 200);
      const answer = parseObject(await readBounded(response, MAX_STATE_BYTES));
      if (!isRecord(answer)) throw invalid();
      if (answer["found"] === false) return undefined;
      if (answer["found"] !== true) throw invalid();
      try {
        return parseSubscriberState(answer["state"]);
      } catch (cause) {
        throw invalid(cause);
      }
    },
  };
}

function invalid(cause?: unknown): UpstreamError<"CONTROL_ANSWER_INVALID"> {
  return new UpstreamError(
    "CONTROL_ANSWER_INVALID",
    "expected a subscriber's state from control, or that there is none, got something else",
    { cause },
  );
}
