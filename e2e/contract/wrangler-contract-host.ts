import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { subscriberKey } from "@holdfast/runtime/wire";
import { bundleWorker, checkWorkerBundle } from "@holdfast/runtime/workers-tools";
import { startContractControl } from "./contract-control.ts";
import { endingOf } from "./contract-host.ts";
import type { ContractHost, ContractHostOptions, Ending } from "./contract-host.ts";
import { MOVE_CLOCK_PATH, withMovableClock } from "./movable-clock.ts";
import { keyOf } from "./workerd-contract-host.ts";

const WRANGLER = fileURLToPath(
  new URL("../../node_modules/wrangler/bin/wrangler.js", import.meta.url),
);
/** The configuration that the Worker is deployed with. */
export const WRANGLER_CONFIG = new URL("../../deploy/workers/wrangler.jsonc", import.meta.url);
const READY = /Ready on (?<url>http:\/\/127\.0\.0\.1:\d+)/;

/** How long wrangler may take to start, ms: it takes two seconds. */
const START_MS = 40_000;

/** A key and its value. */
interface Pair {
  readonly key: string;
  readonly value: string;
}

/** A contract's host with what wrangler alone can do. */
export interface WranglerContractHost extends ContractHost {
  /** Runs the cron trigger as wrangler does, and returns the status. */
  runCron(cron: string): Promise<number>;
  /** What the Worker and wrangler have written, a line each. */
  readonly lines: readonly string[];
}

/** Starts the Worker under `wrangler dev`, by the configuration it is deployed with, without a network. */
export async function startWranglerContractHost({
  app,
  values,
}: ContractHostOptions): Promise<WranglerContractHost> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-wrangler-"));
  const control = await startContractControl();
  const bundle = await bundleWorker(app.config);
  checkWorkerBundle(bundle);
  // In a folder of its own: wrangler starts anew whenever anything beside the code changes.
  await mkdir(join(directory, "build"));
  await writeFile(join(directory, "build", "worker.js"), withMovableClock(bundle.code));
  await writeFile(join(directory, "wrangler.jsonc"), await configText());
  const secrets = `HOLDFAST_RUNTIME_SECRET=${app.runtimeSecret}`;
  await writeFile(join(directory, ".dev.vars"), secrets, { mode: 0o600 });
  const write = async (pairs: readonly Pair[]): Promise<void> => {
    await writeFile(join(directory, "pairs.json"), JSON.stringify(pairs));
    const bulk = ["kv", "bulk", "put", "pairs.json", "--binding", "HOLDFAST_KV", "--local"];
    const [code] = (await once(wrangler(directory, bulk), "close")) as [number | null];
    if (code !== 0) throw new Error(`wrangler kv bulk put ended with ${code}`);
  };
  await write(values.map((value) => ({ key: keyOf(value), value: value.text })));
  // Of `.dev.vars` wrangler takes what the configuration requires, and the token is not among that.
  const variables = [
    `HOLDFAST_CONTROL_URL:${control.url}`,
    `HOLDFAST_RUNTIME_TOKEN:${control.token}`,
  ].flatMap((variable) => ["--var", variable]);
  const dev = ["dev", "--local", "--ip", "127.0.0.1", "--port", "0"];
  const child = wrangler(directory, [...dev, ...variables]);
  const [endings, lines]: [Ending[], string[]] = [[], []];
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (): void => {
      child.kill();
      reject(new Error(`wrangler dev is not ready: ${lines.join("\n")}`));
    };
    const late = setTimeout(fail, START_MS);
    child.once("close", fail);
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      const ending = endingOf(line);
      if (ending !== undefined) endings.push(ending);
      const ready = READY.exec(line)?.groups?.["url"];
      if (ready === undefined) return;
      clearTimeout(late);
      resolve(ready);
    });
  });
  return {
    url,
    lines,
    async put(value) {
      await write([{ key: keyOf(value), value: value.text }]);
      await fetch(url + MOVE_CLOCK_PATH);
    },
    async keepState(pseudonym, state, id = "test") {
      if (typeof state === "string") throw new Error("wrangler's namespace does not fail");
      const key = subscriberKey({ app: id, environment: "sandbox" }, pseudonym);
      await write([{ key, value: JSON.stringify(state) }]);
    },
    decisions: async () => control.decisions,
    endings: () => endings,
    async runCron(cron) {
      const query = new URLSearchParams({ cron }).toString();
      return (await fetch(`${url}/cdn-cgi/handler/scheduled?${query}`)).status;
    },
    async close() {
      const closed = once(child, "close");
      child.kill("SIGTERM");
      await closed;
      await control.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** The configuration as it is checked in, with what one fills in. */
async function configText(): Promise<string> {
  const text = await readFile(WRANGLER_CONFIG, "utf8");
  const filled = text.replace('"id": "FILL IN"', `"id": "${"0".repeat(32)}"`);
  if (filled.includes('"FILL IN"')) throw new Error("the configuration wants more to be filled in");
  return filled;
}

function wrangler(directory: string, args: readonly string[]) {
  const state = ["--persist-to", join(directory, "state"), "--config", "wrangler.jsonc"];
  return spawn(process.execPath, [WRANGLER, ...args, ...state], {
    cwd: directory,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "ignore"],
  });
}
