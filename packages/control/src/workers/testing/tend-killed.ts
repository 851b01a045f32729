import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DatabaseOptions } from "../../storage/open-database.ts";

/** What a process of its own writes with, and where it is killed. */
export interface TendTask {
  readonly place: DatabaseOptions;
  /** In base64. */
  readonly masterKey: string;
  readonly apiUrl: string;
  /** `afterWriting`: Cloudflare has the first value, and nobody has written that down. */
  readonly killed: "beforeWriting" | "afterWriting";
}

/** Writes an app's values in a process that ends itself with SIGKILL; returns the signal it ended with. */
export async function tendKilled(task: TendTask): Promise<NodeJS.Signals | null> {
  const script = fileURLToPath(new URL("tend-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  // The event's arguments, which its type does not say.
  const [, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return signal;
}
