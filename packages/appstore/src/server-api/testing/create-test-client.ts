import { startAnsweringServer } from "../../http/testing/answering-server.ts";
import type {
  AnsweringServer,
  ReceivedRequest,
  ScriptedAnswer,
} from "../../http/testing/answering-server.ts";
import { createManualClock } from "../../http/testing/manual-clock.ts";
import type { StoreKitClientOptions } from "../../http/index.ts";
import { generateInAppPurchaseKey } from "../../signed-data/testing/index.ts";
import { importInAppPurchaseKey } from "../../signatures/index.ts";
import { createAppStoreServerClient } from "../index.ts";
import type { AppStoreServerClient } from "../index.ts";

/** A client and the server it asks, which answers each request as `answer` says. */
export async function createTestClient(
  answer: (request: ReceivedRequest, index: number) => ScriptedAnswer,
  options: Partial<StoreKitClientOptions> = {},
): Promise<{ readonly client: AppStoreServerClient; readonly server: AnsweringServer }> {
  const server = await startAnsweringServer(answer);
  const key = await importInAppPurchaseKey(generateInAppPurchaseKey());
  const client = createAppStoreServerClient({
    environment: "sandbox",
    key,
    bundleId: "com.example.app",
    baseUrl: server.baseUrl,
    clock: createManualClock(),
    random: () => 0,
    ...options,
  });
  return { client, server };
}
