import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "../command.ts";

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

/** When everything happens unless told otherwise: 2026-11-21T09:00:00Z. */
export const FAKE_NOW = Date.UTC(2026, 10, 21, 9);

/** Makes a fake outside world; `cwd` is a temporary directory unless given. */
export async function createFakeIo(
  overrides: Partial<
    Pick<Io, "env" | "cwd" | "colors" | "stdin" | "now" | "isTty" | "isErrTty">
  > = {},
): Promise<FakeIo> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-cli-"));
  const abort = new AbortController();
  const firstOutput = Promise.withResolvers<void>();
  let out = "";
  let err = "";
  return {
    stdout: (text) => {
      out += text;
      firstOutput.resolve();
    },
    stderr: (text) => {
      err += text;
    },
    stdin: async () => "",
    env: {},
    cwd: directory,
    isTty: false,
    isErrTty: false,
    colors: false,
    now: () => FAKE_NOW,
    signal: abort.signal,
    ...overrides,
    out: () => out,
    err: () => err,
    firstOutput: firstOutput.promise,
    interrupt: () => abort.abort(),
    async [Symbol.asyncDispose]() {
      await rm(directory, { recursive: true, force: true });
    },
  };
}
