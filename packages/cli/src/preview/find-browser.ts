import { access, constants } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";

/** Variables that name a browser, ours before the one other tools read. */
const VARIABLES = ["HOLDFAST_CHROME", "CHROME_PATH"] as const;

/** What the browsers are called on Linux and where commands are on the PATH. */
const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "microsoft-edge-stable",
];

/** Where installers put them on macOS and Windows. */
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * Returns the path of an installed Chrome, Chromium or Edge: the one `HOLDFAST_CHROME` or
 * `CHROME_PATH` names, or else the first that is where such browsers are.
 *
 * @throws UsageError `BROWSER_MISSING` when there is none, or none where a variable says
 */
export async function findBrowser(
  { env, cwd }: Pick<Io, "env" | "cwd">,
  places: readonly string[] = PLACES,
): Promise<string> {
  for (const variable of VARIABLES) {
    const named = env[variable] ?? "";
    if (named === "") continue;
    const path = resolve(cwd, named);
    if (await isExecutable(path)) return path;
    throw new UsageError("BROWSER_MISSING", `${variable}: expected a browser, nothing runs there`);
  }
  const directories = (env["PATH"] ?? "").split(delimiter).filter((directory) => directory !== "");
  const onPath = directories.flatMap((directory) => NAMES.map((name) => join(directory, name)));
  for (const path of [...onPath, ...places]) {
    if (await isExecutable(path)) return path;
  }
  const message =
    "--png needs Chrome, Chromium or Edge, and none is installed; install one, or name it in HOLDFAST_CHROME. The HTML needs none";
  throw new UsageError("BROWSER_MISSING", message);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
