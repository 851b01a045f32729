import { spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";
import { UpstreamError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";
import { heedingInterruption } from "../heeding-interruption.ts";
import { readSecretVariable } from "../server/secret-variable.ts";
import { findWrangler } from "./find-wrangler.ts";
import { cloudflareApiUrl, TOKEN_VARIABLE } from "./open-namespace.ts";

/** What wrangler is to do. */
export interface WranglerCall {
  readonly arguments: readonly string[];
  /** What it reads from standard input; by default nothing. */
  readonly input?: string;
  /** Whether people see what it writes, as it comes. */
  readonly isShown: boolean;
}

/** How wrangler ended. */
export interface WranglerEnd {
  readonly code: number;
  readonly stdout: string;
  /** What it wrote, to standard output and standard error, in its order. */
  readonly said: string;
}

/**
 * Runs wrangler and returns how it ended. It asks nobody anything, sends no metrics, and none of our own
 * variables are in its environment.
 *
 * @throws UsageError `WRANGLER_MISSING`, `FILE_UNREADABLE`
 * @throws UpstreamError `WRANGLER_FAILED` when it cannot be started, `REQUEST_ABORTED` by the signal
 */
export function runWrangler(call: WranglerCall, io: Io): Promise<WranglerEnd> {
  return heedingInterruption(io, async () => {
    const wrangler = await findWrangler(io);
    const child = spawn(wrangler.program, [...wrangler.arguments, ...call.arguments], {
      cwd: io.cwd,
      env: await environmentOf(io),
      stdio: "pipe",
      signal: io.signal,
    });
    let [stdout, said] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      said += text;
      if (call.isShown) io.stdout(shown(text, io));
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (call.isShown) io.stderr(shown(text, io));
    });
    // Whoever ends before reading it all has said why.
    child.stdin.on("error", () => undefined).end(call.input ?? "");
    try {
      const [code] = (await once(child, "close")) as [number | null];
      return { code: code ?? 1, stdout, said: stripVTControlCharacters(said).trim() };
    } catch (cause) {
      if (io.signal.aborted) throw new UpstreamError("REQUEST_ABORTED", "interrupted", { cause });
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UpstreamError("WRANGLER_FAILED", `wrangler: ${reason}`, { cause });
    }
  });
}

/** It colours its errors also where no colours are wanted. */
function shown(text: string, { colors }: Pick<Io, "colors">): string {
  return colors ? text : stripVTControlCharacters(text);
}

/**
 * Fails where wrangler did; with its own words, unless people have seen them.
 *
 * @throws UpstreamError `WRANGLER_FAILED`
 */
export function requireSuccess(
  { code, said }: WranglerEnd,
  { arguments: words, isShown }: WranglerCall,
): void {
  if (code === 0) return;
  const verb = words.slice(0, words[0] === "secret" ? 2 : 1).join(" ");
  const why = isShown ? "why is above" : said;
  throw new UpstreamError(
    "WRANGLER_FAILED",
    `wrangler ${verb} ended with exit code ${code}: ${why}`,
  );
}

async function environmentOf(io: Io): Promise<NodeJS.ProcessEnv> {
  const theirs = Object.entries(io.env).filter(([name]) => !name.startsWith("HOLDFAST_"));
  const apiUrl = cloudflareApiUrl(io);
  const token = await readSecretVariable(io, TOKEN_VARIABLE);
  return {
    ...Object.fromEntries(theirs),
    // Its log files leave out bodies, and with them secrets.
    WRANGLER_LOG_SANITIZE: "true",
    WRANGLER_SEND_METRICS: "false",
    ...(io.colors ? {} : { NO_COLOR: "1" }),
    ...(apiUrl === undefined ? {} : { CLOUDFLARE_API_BASE_URL: apiUrl }),
    ...(token === undefined ? {} : { [TOKEN_VARIABLE]: token }),
  };
}
