import { createApiTransport } from "../index.ts";
import type { ApiRequest, ApiTransport, ApiTransportOptions } from "../index.ts";
import { createManualClock } from "./manual-clock.ts";
import type { ManualClock } from "./manual-clock.ts";

/** A transport on a clock of its own that waits the longest it may after failures. */
export function createTestTransport(
  options: Partial<ApiTransportOptions> & { readonly baseUrl: string },
): { readonly transport: ApiTransport; readonly clock: ManualClock } {
  const clock = createManualClock();
  const transport = createApiTransport({
    clock,
    random: () => 0.999_999,
    token: () => Promise.resolve("a.test.token"),
    ...options,
  });
  return { transport, clock };
}

/** A call that may be repeated. */
export const READ: ApiRequest = { operation: "Get Thing", method: "GET", path: ["things", "1"] };

/** A call that may not. */
export const WRITE: ApiRequest = {
  operation: "Make Thing",
  method: "POST",
  path: ["things"],
  body: { json: { name: "thing" } },
};
