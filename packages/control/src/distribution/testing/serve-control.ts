import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { pino } from "pino";
import { readRuntimeConfig, startNodeHost } from "@holdfast/runtime/node";
import type { NodeHost } from "@holdfast/runtime/node";
import type { ControlApp } from "../../http/index.ts";
import { loadPublisher } from "../../publishing/index.ts";
import type { PublisherKeyMeans } from "../../publishing/index.ts";
import { TEST_RUNTIME_SECRET } from "../../publishing/testing/test-publishing.ts";

/** A control plane that listens on this machine. */
export interface ServedControl {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves a control plane; port 0 picks a free one. */
export async function serveControl(app: ControlApp, port = 0): Promise<ServedControl> {
  const listener = getRequestListener((request) => app.fetch(request));
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  // A listening TCP server's address is an object.
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What a runtime of tests is started with. */
export interface TestRuntimeOptions {
  readonly publisherKeys: PublisherKeyMeans;
  readonly url: string;
  readonly directory: string;
  /** Gets every line of its log. */
  readonly onLog?: (line: Readonly<Record<string, unknown>>) => void;
  readonly publicKeyPem?: string;
}

/** Starts a runtime that answers for `yoga` in the sandbox and follows a control plane. */
export async function startFollowingHost(options: TestRuntimeOptions): Promise<NodeHost> {
  const { publisherKeys, url, directory, onLog = () => undefined } = options;
  const { publicKeyPem } = await loadPublisher(publisherKeys, "yoga");
  const publisherKey = options.publicKeyPem ?? publicKeyPem;
  const yoga = {
    bundleId: "com.example.yoga",
    appAppleId: 6_745_974_592,
    publisherKey,
    environments: { sandbox: {} },
  };
  return startNodeHost({
    config: await readRuntimeConfig(
      { apps: { yoga } },
      { directory, localPublisherKeyPem: publisherKey },
    ),
    dataDirectory: directory,
    port: 0,
    env: { HOLDFAST_RUNTIME_SECRET: Buffer.from(TEST_RUNTIME_SECRET).toString("base64") },
    logger: pino(
      {},
      { write: (line: string) => onLog(JSON.parse(line) as Record<string, unknown>) },
    ),
    control: { url, token: "runtime", release: "0.0.0" },
  });
}
