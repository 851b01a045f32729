import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiFetch } from "@holdfast/appstore/http";
import type { Io } from "../command.ts";
import { createFakeKeychain } from "./fake-keychain.ts";

/** An outside world in a directory of its own, that remembers what was written to it. */
export interface FakeIo extends Io {
  /** What was written to standard output so far. */
  readonly out: () => string;
  /** What was written to standard error so far. */
  readonly err: () => string;
  /** Resolves when something was written to standard output. */
  readonly firstOutput: Promise<void>;
  /** Does what Ctrl-C does. */
  readonly interrupt: () => void;
  /** Removes the directory. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** When everything begins unless told otherwise: 2026-11-21T09:00:00Z. Sleeping takes no time, but moves it. */
export const FAKE_NOW = Date.UTC(2026, 10, 21, 9);

/** Makes a fake outside world; `cwd` is a temporary directory unless given. */
export async function createFakeIo(
  overrides: Partial<
    Pick<
      Io,
      | "env"
      | "cwd"
      | "colors"
      | "stdin"
      | "terminal"
      | "now"
      | "sleep"
      | "fetch"
      | "keychain"
      | "isTty"
      | "isErrTty"
    >
  > = {},
): Promise<FakeIo> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-cli-"));
  const abort = new AbortController();
  const firstOutput = Promise.withResolvers<void>();
  let out = "";
  let err = "";
  let sleptMs = 0;
  return {
    stdout: (text) => {
      out += text;
      firstOutput.resolve();
    },
    stderr: (text) => {
      err += text;
    },
    warn: (message) => {
      err += `warning: ${message}\n`;
    },
    stdin: async () => "",
    terminal: undefined,
    cwd: directory,
    isTty: false,
    isErrTty: false,
    colors: false,
    now: () => FAKE_NOW + sleptMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      sleptMs += ms;
    },
    fetch: fetchFromHere,
    keychain: createFakeKeychain(),
    signal: abort.signal,
    ...overrides,
    // Nothing of a test may end in the home directory of whoever runs it.
    env: { HOME: directory, ...overrides.env },
    out: () => out,
    err: () => err,
    firstOutput: firstOutput.promise,
    interrupt: () => abort.abort(),
    async [Symbol.asyncDispose]() {
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Tests reach nothing but this machine; everything else is not found, as without a network. */
const fetchFromHere: ApiFetch = async (url, init) => {
  if (new URL(url).hostname === "127.0.0.1") return fetch(url, init);
  const cause = Object.assign(new Error("not in a test"), { code: "ENOTFOUND" });
  throw new TypeError("fetch failed", { cause });
};
