import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nginxConfig } from "./nginx-config.ts";
import type { NginxPorts } from "./nginx-config.ts";

/** A reverse proxy that runs. */
export interface Nginx {
  /** Starts a new worker and lets the one before finish, as a change of its configuration does. */
  reload(): void;
  close(): Promise<void>;
}

const RULES = new URL("../../deploy/compose/nginx/", import.meta.url);

/** How long nginx may take to listen, ms. */
const START_MS = 10_000;

/** Starts Debian's nginx in front of a cluster, with the deployment's rules. */
export async function startNginx(
  program: string,
  ports: NginxPorts,
  patience: number,
): Promise<Nginx> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-nginx-"));
  const rules = {
    answering: await readFile(new URL("answering.conf", RULES), "utf8"),
    administering: await readFile(new URL("administering.conf", RULES), "utf8"),
  };
  const file = join(directory, "nginx.conf");
  await writeFile(file, nginxConfig(ports, rules, { directory, patience }));
  const child = spawn(program, ["-c", file, "-p", directory, "-e", join(directory, "error.log")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const ended = once(child, "exit");
  async function close(): Promise<void> {
    child.kill("SIGTERM");
    await ended;
    await rm(directory, { recursive: true, force: true });
  }
  const until = Date.now() + START_MS;
  while (!(await isListening(ports.answering))) {
    if (child.exitCode === null && Date.now() < until) {
      await sleep(20);
      continue;
    }
    await close();
    throw new Error(`nginx does not listen: ${said}`);
  }
  return {
    reload: () => void execFileSync("kill", ["-HUP", String(child.pid)]),
    close,
  };
}

async function isListening(port: number): Promise<boolean> {
  try {
    await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
