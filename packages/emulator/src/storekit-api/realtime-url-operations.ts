import type { WorldOperations } from "../emulator/world-operations.ts";
import { AppleApiError } from "../errors/index.ts";
import { readField } from "./read-field.ts";
import { ONE_A_SECOND } from "./request-rates.ts";
import type { StorekitOperation } from "./storekit-operation.ts";

const REALTIME_URL = "/inApps/v1/messaging/realtime/url";

/**
 * Returns the operations on the real-time URL.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/configure-realtime-url
 */
export function realtimeUrlOperations(world: WorldOperations): readonly StorekitOperation[] {
  return [
    {
      name: "configureRealtimeURL",
      method: "PUT",
      path: REALTIME_URL,
      perHour: ONE_A_SECOND,
      needsAccess: true,
      async run({ place, readJson }) {
        const realtimeURL = readField(await readJson(), "realtimeURL");
        if (realtimeURL === undefined) {
          throw new AppleApiError("BAD_REQUEST_REALTIME_URL", "Expected a realtimeURL.");
        }
        world.configureRealtimeUrl(place, realtimeURL);
      },
    },
    {
      name: "getRealtimeURL",
      method: "GET",
      path: REALTIME_URL,
      perHour: ONE_A_SECOND,
      run: ({ place }) => ({ realtimeURL: world.getRealtimeUrl(place) }),
    },
    {
      name: "deleteRealtimeURL",
      method: "DELETE",
      path: REALTIME_URL,
      perHour: ONE_A_SECOND,
      needsAccess: true,
      run({ place }) {
        world.deleteRealtimeUrl(place);
      },
    },
  ];
}
