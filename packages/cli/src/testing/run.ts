import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExitCode } from "../command.ts";
import { runCli } from "../run-cli.ts";
import type { FakeIo } from "./fake-io.ts";

const YOGA = fileURLToPath(new URL("yoga", import.meta.url));

/** Copies a yoga app's project into the fake world's directory. */
export function copyYoga(io: FakeIo): Promise<void> {
  return cp(YOGA, io.cwd, { recursive: true });
}

/** Writes files below the fake world's directory. */
export async function writeFiles(
  io: FakeIo,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(io.cwd, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

/** Runs one command line, as it would be typed, without quotes. */
export function run(io: FakeIo, line: string): Promise<ExitCode> {
  return runCli(
    line.split(" ").filter((word) => word !== ""),
    io,
  );
}

/** Runs one command line with `--output json` and returns the one document on standard output. */
export async function runJson(
  io: FakeIo,
  line: string,
): Promise<{ readonly code: ExitCode; readonly json: Readonly<Record<string, unknown>> }> {
  const before = io.out().length;
  const code = await run(io, `${line} --output json`);
  // Every command's document is an object.
  const json = JSON.parse(io.out().slice(before)) as Readonly<Record<string, unknown>>;
  return { code, json };
}

/** Returns the one error document on standard error. */
export function errorOf(io: FakeIo): Readonly<Record<string, unknown>> {
  // What a failing command writes with `--output json`.
  return (JSON.parse(io.err()) as { readonly error: Readonly<Record<string, unknown>> }).error;
}

/**
 * Runs a command that stays up, for as long as something is done with what it announced as JSON;
 * then interrupts it and expects it to end well.
 */
export async function withRunning<T>(
  io: FakeIo,
  line: string,
  act: (announced: Readonly<Record<string, unknown>>) => Promise<T>,
): Promise<T> {
  const ended = run(io, `${line} --output json`);
  await Promise.race([io.firstOutput, ended]);
  if (io.out() === "") throw new Error(`${line} ended early: ${io.err()}`);
  // What the command announces is an object.
  const announced = JSON.parse(io.out()) as Readonly<Record<string, unknown>>;
  const done = await act(announced).finally(io.interrupt);
  if ((await ended) !== 0) throw new Error(`${line} did not end well: ${io.err()}`);
  return done;
}
