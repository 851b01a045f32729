import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { DatabaseOptions } from "../../storage/open-database.ts";

/** A publication in a process of its own, and at which of its points it is killed. */
export interface PublishTask {
  readonly place: DatabaseOptions;
  /** In base64. */
  readonly masterKey: string;
  /** A publisher's, and a runtime's. */
  readonly tokens: { readonly publisher: string; readonly runtime: string };
  readonly body: { readonly version: number; readonly expectedSequence: number };
  /** The Idempotency-Key. */
  readonly key: string;
  /** How much later than now it is, ms. */
  readonly laterMs: number;
  /** 0 for the first point; undefined lets it end. */
  readonly killAtPoint?: number | undefined;
}

/** What is live, as a runtime and as people are told. */
export interface LiveState {
  readonly sequence: number;
  readonly version: number;
  /** Of the newest publication in the history. */
  readonly snapshot: string;
  /** Of the snapshot that runtimes get, computed. */
  readonly served: string;
  /** How many publications there were, audit entries of them, and changes that were told. */
  readonly counts: Readonly<Record<"publications" | "audited" | "told", number>>;
}

/** What a process that ended by itself tells. */
export interface PublishReport {
  /** What was live when it began, and what is now. */
  readonly before: LiveState;
  readonly after: LiveState;
  readonly status: number;
  readonly points: readonly string[];
}

/** How such a process ended: killed, or with a report. */
export interface PublishEnd {
  readonly signal: NodeJS.Signals | null;
  readonly report: PublishReport | undefined;
  readonly stderr: string;
}

/** Publishes in a process of its own, which ends itself with SIGKILL where the task says. */
export async function runPublish(task: PublishTask): Promise<PublishEnd> {
  const script = fileURLToPath(new URL("publish-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, closed] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  // The event's arguments, which its type does not say.
  const [, signal] = closed as [number | null, NodeJS.Signals | null];
  // Written by the child, which knows the type.
  const report = stdout === "" ? undefined : (JSON.parse(stdout) as PublishReport);
  return { signal, report, stderr };
}
