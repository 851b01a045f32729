import { createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { text } from "node:stream/consumers";
import { deriveRuntimeKeys } from "@holdfast/runtime/keys";
import { nodeCryptography } from "@holdfast/runtime/node";
import { liveKey } from "@holdfast/runtime/wire";
import { bundleWorker, checkWorkerBundle, startWorkerd } from "@holdfast/runtime/workers-tools";
import type { RunningWorkerd } from "@holdfast/runtime/workers-tools";
import { createLiveValue } from "../packages/runtime/src/publications/create-live-value.ts";
import { publisherKeyId } from "../packages/runtime/src/wire/publisher.ts";
import { canPin } from "./contenders.ts";
import type { MeasuredServer } from "./rates.ts";
import { answeringSnapshot } from "./servers/answering-snapshot.ts";
import type { BenchWorld } from "./servers/world.ts";

/** A Worker under comparison: started anew as often as one wants. */
export interface WorkerContender {
  readonly name: string;
  /** The size of its code, compressed. */
  readonly gzippedBytes?: number;
  readonly start: () => Promise<RunningWorkerd>;
}

/** What Workers ask of the machine beside: a namespace, and a control plane that takes decisions. */
export interface WorkerServices {
  readonly kvUrl: string;
  readonly controlUrl: string;
  close(): Promise<void>;
}

/** Linux counts processor time in ticks of a hundredth of a second: `getconf CLK_TCK`. */
const MICROSECONDS_PER_TICK = 10_000;

/** How many rules the flow has. */
const RULES = 1000;

const runner = canPin ? ["taskset", "--cpu-list", "0"] : [];

/** Makes a Worker of Holdfast, with what it is published; its decisions are sent to a control plane. */
export async function holdfastWorker(world: BenchWorld): Promise<{
  readonly contender: (services: WorkerServices) => WorkerContender;
  readonly live: string;
}> {
  const { app, bundleId, appAppleId, keyId, issuerId, privateKey, rootPem } = world;
  const publisher = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = new Uint8Array(publisher.publicKey.export({ format: "der", type: "spki" }));
  const pkcs8 = new Uint8Array(publisher.privateKey.export({ format: "der", type: "pkcs8" }));
  const secret = new Uint8Array(randomBytes(32));
  const bundle = await bundleWorker({
    apps: {
      [app]: {
        bundleId,
        appAppleId,
        publisherKey: publisher.publicKey.export({ format: "pem", type: "spki" }),
        environments: { sandbox: { trustedRoots: [rootPem] } },
      },
    },
  });
  checkWorkerBundle(bundle);
  const live = await createLiveValue({
    app,
    snapshot: answeringSnapshot(bundleId, RULES, world),
    label: "bench_1",
    sequence: 1,
    publishedAt: Date.now(),
    pseudonymKey: new Uint8Array(randomBytes(32)),
    signingKey: { keyId, issuerId, privateKey },
    publisher: {
      keyId: await publisherKeyId(spki),
      key: await nodeCryptography.importSigningKey(pkcs8),
    },
    runtimeKeys: await deriveRuntimeKeys(secret, nodeCryptography),
  });
  const contender = ({ kvUrl, controlUrl }: WorkerServices): WorkerContender => ({
    name: "holdfast, Worker",
    gzippedBytes: bundle.gzippedBytes,
    start: () =>
      startWorkerd({
        code: bundle.code,
        kvUrl,
        runner,
        bindings: {
          HOLDFAST_RUNTIME_SECRET: Buffer.from(secret).toString("base64"),
          HOLDFAST_CONTROL_URL: controlUrl,
          HOLDFAST_RUNTIME_TOKEN: "hf_of_a_benchmark",
        },
      }),
  });
  return { contender, live: JSON.stringify(live) };
}

/** Makes the yardstick; `body` is one request, whose chain it knows beforehand. */
export async function minimalWorker(world: BenchWorld, body: string): Promise<WorkerContender> {
  const code = await readFile(new URL("servers/minimal-worker.js", import.meta.url), "utf8");
  const { signedPayload } = JSON.parse(body) as { readonly signedPayload: string };
  const [segment = ""] = signedPayload.split(".");
  const header = JSON.parse(Buffer.from(segment, "base64url").toString()) as { x5c: string[] };
  const leaf = new X509Certificate(Buffer.from(header.x5c[0] ?? "", "base64")).publicKey;
  const own = createPrivateKey(world.privateKey);
  const { keyId, issuerId, bundleId, productId, offerIdentifier, messageIdentifier } = world;
  const claims = {
    iss: issuerId,
    aud: "promotional-offer",
    bid: bundleId,
    productId,
    offerIdentifier,
  };
  const jwsHeader = JSON.stringify({ alg: "ES256", typ: "JWT", kid: keyId });
  return {
    name: "minimal Worker",
    start: () =>
      startWorkerd({
        code,
        runner,
        bindings: {
          LEAF_KEY: leaf.export({ format: "der", type: "spki" }).toString("base64"),
          SIGNING_KEY: own.export({ format: "der", type: "pkcs8" }).toString("base64"),
          HEADER: Buffer.from(jwsHeader).toString("base64url"),
          CLAIMS: JSON.stringify(claims),
          MESSAGE: messageIdentifier,
        },
      }),
  };
}

/** Starts what Workers ask, in this process: a live value, and nothing else in the namespace. */
export async function startWorkerServices(app: string, live: string): Promise<WorkerServices> {
  const path = `/${encodeURIComponent(liveKey({ app, environment: "sandbox" }))}?`;
  const kv = createServer((request, response) => {
    const isLive = request.url?.startsWith(path) === true;
    request
      .resume()
      .on("end", () => response.writeHead(isLive ? 200 : 404).end(isLive ? live : ""));
  });
  const control = createServer((request, response) => {
    void text(request).then((body) => {
      const taken = body.split('"requestIdentifier"').length - 1;
      return response.end(JSON.stringify({ new: taken, repeated: 0, refused: [] }));
    });
  });
  const urls = [await listen(kv), await listen(control)];
  return {
    kvUrl: urls[0] ?? "",
    controlUrl: urls[1] ?? "",
    async close() {
      for (const server of [kv, control]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** Starts a Worker to be measured under load. */
export async function runWorker({ name, start }: WorkerContender): Promise<MeasuredServer> {
  const workerd = await start();
  return {
    name,
    url: workerd.url,
    cpuMicroseconds: async () => cpuTicks(workerd.pid) * MICROSECONDS_PER_TICK,
    stop: () => void workerd.stop(),
  };
}

/** Fields 14 and 15 of `/proc/[pid]/stat`, of all threads: proc_pid_stat(5). */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

async function listen(server: Server): Promise<string> {
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has one.
  const { port } = server.address() as { readonly port: number };
  return `http://127.0.0.1:${port}`;
}
