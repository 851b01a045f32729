import { startAnsweringServer } from "../../http/testing/answering-server.ts";
import type {
  AnsweringServer,
  ReceivedRequest,
  ScriptedAnswer,
} from "../../http/testing/answering-server.ts";
import { createManualClock } from "../../http/testing/manual-clock.ts";
import type { ManualClock } from "../../http/testing/manual-clock.ts";
import { generateInAppPurchaseKey } from "../../signed-data/testing/index.ts";
import { importConnectKey } from "../../signatures/index.ts";
import type { ConnectKey } from "../../signatures/index.ts";
import { createConnectClient } from "../index.ts";
import type { ConnectClient, ConnectClientOptions } from "../index.ts";

/** A client, the server it asks and the clock it waits on. */
export interface TestConnect {
  readonly client: ConnectClient;
  readonly server: AnsweringServer;
  readonly clock: ManualClock;
}

/** Makes a team's key of the App Store Connect API. */
function createTestConnectKey(): Promise<ConnectKey> {
  const { keyId, privateKey, issuerId } = generateInAppPurchaseKey();
  return importConnectKey({ keyId, privateKey, owner: { kind: "team", issuerId } });
}

/** Returns a client and a server that answers each request as `answer` says. */
export async function createTestClient(
  answer: (request: ReceivedRequest, index: number) => ScriptedAnswer,
  options: Partial<ConnectClientOptions> = {},
): Promise<TestConnect> {
  const server = await startAnsweringServer(answer);
  const clock = createManualClock();
  const client = createConnectClient({
    key: await createTestConnectKey(),
    baseUrl: server.baseUrl,
    clock,
    random: () => 0,
    ...options,
  });
  return { client, server, clock };
}
