import type { WorldOperations } from "../emulator/world-operations.ts";
import type { PerformanceTests } from "../performance-test/index.ts";
import { imageOperations } from "./image-operations.ts";
import { messageOperations } from "./message-operations.ts";
import { performanceTestOperations } from "./performance-test-operations.ts";
import { realtimeUrlOperations } from "./realtime-url-operations.ts";
import type { StorekitOperation } from "./storekit-operation.ts";

/**
 * Returns the 14 operations of the Retention Messaging API.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging
 */
export function retentionOperations(
  world: WorldOperations,
  tests: Pick<PerformanceTests, "start" | "result">,
): readonly StorekitOperation[] {
  return [
    ...imageOperations(world),
    ...messageOperations(world),
    ...realtimeUrlOperations(world),
    ...performanceTestOperations(tests),
  ];
}
