import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { UpstreamError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";

/** How long a browser may take to start and draw one page. */
const TIMEOUT_MS = 30_000;
/** Browsers write their complaints to standard error; more than this is not kept. */
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** Pixels of the picture to one of the page. */
const SCALE = 2;

/** What is drawn, and how large. */
export interface Shot {
  readonly html: string;
  /** In pixels of the page. */
  readonly width: number;
  readonly height: number;
}

/**
 * Draws a page with an installed browser and returns it as a PNG. The browser has a profile of its
 * own, removed afterwards, and is ended after 30 seconds.
 *
 * @throws UpstreamError `BROWSER_FAILED`, `REQUEST_ABORTED`
 */
export async function takeScreenshot(
  browser: string,
  { html, width, height }: Shot,
  { env, signal }: Pick<Io, "env" | "signal">,
): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-preview-"));
  try {
    const page = join(directory, "page.html");
    const picture = join(directory, "page.png");
    await writeFile(page, html);
    const options = [
      "--headless",
      "--hide-scrollbars",
      "--disable-gpu",
      "--disable-extensions",
      "--disable-background-networking",
      "--no-first-run",
      "--no-default-browser-check",
      `--user-data-dir=${join(directory, "profile")}`,
      `--force-device-scale-factor=${SCALE}`,
      `--window-size=${width},${height}`,
      `--screenshot=${picture}`,
      ...sandboxOptions(),
      pathToFileURL(page).href,
    ];
    await run(browser, options, {
      env: browserEnvironment(env, directory),
      cwd: directory,
      signal,
    });
    return await readFile(picture);
  } catch (cause) {
    if (signal.aborted) throw new UpstreamError("REQUEST_ABORTED", "interrupted", { cause });
    throw new UpstreamError("BROWSER_FAILED", sayFailure(browser, cause), { cause });
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What a browser needs to start; Windows cannot load a program's libraries without its own. */
const PASSED_ON = ["PATH", "TMPDIR", "LANG", "DISPLAY", "SystemRoot"] as const;

/** A page of somebody else's texts is drawn: nothing of our secrets is in that process. */
function browserEnvironment(env: Io["env"], home: string): NodeJS.ProcessEnv {
  const passedOn = PASSED_ON.filter((name) => env[name] !== undefined);
  return { ...Object.fromEntries(passedOn.map((name) => [name, env[name]])), HOME: home };
}

/** Chrome refuses to run as root with its sandbox; everybody else keeps it. */
function sandboxOptions(): readonly string[] {
  return userInfo().uid === 0 ? ["--no-sandbox"] : [];
}

function run(
  browser: string,
  options: readonly string[],
  means: { readonly env: NodeJS.ProcessEnv; readonly cwd: string; readonly signal: AbortSignal },
): Promise<unknown> {
  return promisify(execFile)(browser, options, {
    ...means,
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
    maxBuffer: MAX_OUTPUT_BYTES,
  });
}

function sayFailure(browser: string, error: unknown): string {
  const killed = error instanceof Error && "killed" in error && error.killed === true;
  const why = killed ? `took more than ${TIMEOUT_MS / 1000} s` : "ended without a picture";
  return `${browser} ${why}; try another browser with HOLDFAST_CHROME, or leave --png out`;
}
