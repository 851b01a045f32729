import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { routes } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import { createControlClient } from "../../control-plane/control-client.ts";
import { startControlServer } from "../../testing/control-server.ts";
import type {
  ControlIoOptions,
  ControlServer,
  ControlServerOptions,
} from "../../testing/control-server.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { copyYoga } from "../../testing/run.ts";

/** A control plane that reaches no Apple, with the app `yoga` in both environments, and whoever works on its flow. */
export interface OfflineControl {
  readonly server: ControlServer;
  /** A world with the yoga project, and an admin's token. */
  readonly io: FakeIo;
  /** The control plane as an admin sees it. */
  readonly client: ApiClient;
  /** Opens another world that knows the server, with the yoga project. */
  readonly openIo: (options?: ControlIoOptions) => Promise<FakeIo>;
  /** Replaces a text in the flow of {@link OfflineControl.io}, which must be there. */
  readonly edit: (from: string, to: string) => Promise<void>;
  /** Reports, as a runtime that has all of it, what it answers by in the sandbox. */
  readonly report: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

const SANDBOX = { app: "yoga", environment: "sandbox" } as const;

/**
 * Starts it.
 *
 * @param approvals - how many must approve a version for production
 */
export async function startOfflineControl(
  approvals = 0,
  serverOptions: ControlServerOptions = {},
): Promise<OfflineControl> {
  const server = await startControlServer(serverOptions);
  const worlds: FakeIo[] = [];
  const openIo: OfflineControl["openIo"] = async (options) => {
    const world = await server.openIo(options);
    worlds.push(world);
    await copyYoga(world);
    return world;
  };
  const io = await openIo();
  const client = clientOf(server, io);
  await client.call(routes.createApp, {
    body: {
      id: "yoga",
      name: "Yoga",
      bundleId: "com.example.yoga",
      appAppleId: 6_745_974_592,
      environments: { sandbox: {}, production: { requiredApprovals: approvals } },
    },
  });
  const runtimeIo = await openIo({ role: "runtime" });
  const runtime = clientOf(server, runtimeIo);
  return {
    server,
    io,
    client,
    openIo,
    async edit(from, to) {
      const file = join(io.cwd, "flow.yaml");
      const text = await readFile(file, "utf8");
      if (!text.includes(from)) throw new Error(`the flow has no ${from}`);
      await writeFile(file, text.replace(from, to));
    },
    async report() {
      const { body: publications } = await client.call(routes.listPublications, {
        params: SANDBOX,
      });
      const { body: stops } = await client.call(routes.readStopList, { params: SANDBOX });
      const sequence = publications.items[0]?.sequence ?? 0;
      const serves = [{ ...SANDBOX, sequence, stopListSequence: stops.sequence }];
      await runtime.call(routes.reportRuntime, {
        params: { runtime: "runtime_1" },
        body: { host: "node", release: "0.0.0-test", startedAt: 0, serves },
      });
    },
    async [Symbol.asyncDispose]() {
      for (const world of worlds) await world[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

function clientOf({ url }: ControlServer, io: FakeIo): ApiClient {
  return createControlClient({ server: url, token: io.env["HOLDFAST_TOKEN"] }, io);
}
