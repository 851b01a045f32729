import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "@holdfast/emulator";
import { answeredMessage } from "../live-message.ts";
import type { ServerProcess } from "./server-process.ts";

/** How often it is looked, ms: what is measured is that much too long at most. */
const LOOK_EVERY_MS = 50;

/**
 * Resolves when a question is answered with yes, and returns when that was, ms since 1970. A question that
 * throws is asked again.
 *
 * Throws after `withinMs`, naming what was waited for.
 */
export async function until(
  what: string,
  withinMs: number,
  ask: () => Promise<boolean>,
): Promise<number> {
  const last = Date.now() + withinMs;
  for (;;) {
    if (await ask().catch(() => false)) return Date.now();
    if (Date.now() > last) throw new Error(`waited ${withinMs} ms for nothing: ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** Resolves when a server says that it answers. */
export function untilReady({ name, url }: ServerProcess, withinMs: number): Promise<number> {
  return until(`${name} is ready`, withinMs, async () => (await fetch(`${url}/healthz`)).ok);
}

/** Resolves when the control planes have everything that a runtime decided. */
export function untilShipped({ name, url }: ServerProcess, withinMs: number): Promise<number> {
  return until(`${name} has shipped its decisions`, withinMs, async () => {
    const response = await fetch(`${url}/readyz`);
    // What operators are told.
    const body = (await response.json()) as { readonly decisions?: { readonly waiting?: number } };
    return body.decisions?.waiting === 0;
  });
}

/** Returns how long each server took from a moment on until it answered with a message, ms. */
export function timesUntilAnswered(
  servers: readonly ServerProcess[],
  message: string,
  {
    emulator,
    since,
    withinMs,
  }: {
    readonly emulator: Emulator;
    /** Ms since 1970. */
    readonly since: number;
    readonly withinMs: number;
  },
): Promise<readonly number[]> {
  return Promise.all(
    servers.map(async ({ name, url }) => {
      const isThere = async (): Promise<boolean> =>
        (await answeredMessage(emulator, url)) === message;
      return (await until(`${name} answers with ${message}`, withinMs, isThere)) - since;
    }),
  );
}

/** Returns how many jobs a control plane's process has done so far. */
export async function jobRunsOf({ url }: ServerProcess): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = text.matchAll(/^holdfast_control_job_runs_total\{[^}]*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
