import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createEmulator } from "@holdfast/emulator";
import { getRequestListener } from "@hono/node-server";
import { createServer } from "node:http";
import type { BenchWorld } from "./servers/world.ts";

/** How many different subscribers ask in turn. */
const REQUESTS = 500;

/** Where traces are taken and thrown away. */
const TRACES_PATH = "/v1/traces";

/** A world for a run of benchmarks: what servers know, and requests to send them. */
export interface Bench {
  readonly description: BenchWorld;
  /** Where requests go, on every server alike. */
  readonly path: string;
  /** Signs new requests: Holdfast refuses those that are over five minutes old. */
  freshBodies(): Promise<readonly string[]>;
  /** Signs new requests for apps of `servers/many-apps.ts`, each by its number. */
  freshRequests(apps: readonly number[]): Promise<readonly { path: string; body: string }[]>;
  close(): Promise<void>;
}

/**
 * Makes an App Store whose OCSP responder listens, for Apple's library asks it, and signs requests with
 * a chain of the curves and hashes of Apple's.
 */
export async function createBenchWorld(directory: string): Promise<Bench> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const emulator = await createEmulator({ baseUrl: `http://127.0.0.1:${port}` });
  server.on("request", (incoming, outgoing) => {
    if (incoming.url === TRACES_PATH) {
      incoming.resume().on("end", () => outgoing.end("{}"));
      return;
    }
    void getRequestListener((request) => emulator.fetch(request))(incoming, outgoing);
  });
  const { keyId, issuerId, bundleId, appAppleId, privateKey } = emulator.credentials("yoga");
  const sign = async (subscriber: number, app: number): Promise<string> => {
    const body = await emulator.signPayload({
      originalTransactionId: String(2_000_000_000_000_000 + subscriber),
      appAppleId: app,
      productId: "yoga.yearly",
      userLocale: "en-US",
      requestIdentifier: crypto.randomUUID(),
      environment: "Sandbox",
      signedDate: Date.now(),
    });
    return JSON.stringify(body);
  };
  writeFileSync(join(directory, "root.pem"), emulator.rootCertificatePem);
  return {
    description: {
      app: "yoga",
      bundleId,
      appAppleId,
      keyId,
      issuerId,
      privateKey,
      rootPem: emulator.rootCertificatePem,
      productId: "yoga.yearly",
      offerIdentifier: "YOGA_3M_FREE",
      messageIdentifier: "80135e2b-ae15-4ec4-8c5c-9ecc8045c0dc",
      tracesUrl: `http://127.0.0.1:${port}${TRACES_PATH}`,
      directory,
    },
    path: "/apple/retention/yoga/sandbox",
    async freshBodies() {
      const bodies: string[] = [];
      for (let index = 0; index < REQUESTS; index += 1) bodies.push(await sign(index, appAppleId));
      return bodies;
    },
    async freshRequests(apps) {
      const requests: { path: string; body: string }[] = [];
      for (const [index, app] of apps.entries()) {
        const body = await sign(index, appAppleId + app);
        requests.push({ path: `/apple/retention/app${app}/sandbox`, body });
      }
      return requests;
    },
    async close() {
      await emulator.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
