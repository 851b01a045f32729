import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { completeFrom, matchesShown, readSteps } from "./documented-steps.ts";
import type { Step } from "./documented-steps.ts";
import { openShell } from "./shell.ts";
import type { Shell } from "./shell.ts";
import { takeFreePorts } from "./free-ports.ts";

/**
 * `docs/getting-started.md` as a newcomer follows it: every command as it stands, in a home of its own, in
 * one shell for each of its terminals, and what it shows held against what comes. Four things are other
 * than there:
 *
 * - The packages are not installed: `~/holdfast` is a link to this checkout, with the packages it has.
 * - The servers' ports are free ones, in the commands, in what is shown, and by the variables for them.
 * - An answer may take longer than Apple waits: other tests run on the machine at the same time.
 * - `…` in a command, where a reader pastes, is completed from what was shown before.
 */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TIMEOUT_MS = 300_000;
vi.setConfig({ testTimeout: TIMEOUT_MS, hookTimeout: TIMEOUT_MS });

const text = await readFile(join(ROOT, "docs/getting-started.md"), "utf8");
const [serverPort, emulatorPort] = await takeFreePorts(2);
const steps = readSteps(
  text.replaceAll("8787", String(serverPort)).replaceAll("8788", String(emulatorPort)),
);
const [install, ...followed] = steps;

/** What does not end by itself. */
const STAYS_UP = /^holdfast (?:emulator --flow|serve$)/;

/** What says by its exit code that there is something to do. */
const ENDS_WITH_3 = /^holdfast (?:plan|flow diff) /;

let home = "";
const shells = new Map<string, Shell>();
/** Everything that was shown so far, in all terminals. */
let shown = "";

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "holdfast-home-"));
  await symlink(ROOT, join(home, "holdfast"));
});

afterAll(async () => {
  await Promise.all([...shells.values()].map((shell) => shell.close()));
  await rm(home, { recursive: true, force: true });
});

function shellOf(terminal: string): Shell {
  const there = shells.get(terminal);
  if (there !== undefined) return there;
  const shell = openShell({
    cwd: home,
    env: {
      HOME: home,
      HOLDFAST_PORT: String(serverPort),
      HOLDFAST_EMULATOR_PORT: String(emulatorPort),
      HOLDFAST_EMULATOR_ANSWER_TIMEOUT: "10000",
    },
  });
  shells.set(terminal, shell);
  return shell;
}

/** Runs a block's commands one after the other and returns all they wrote. */
async function follow({ terminal, commands, output = "" }: Step): Promise<string> {
  const shell = shellOf(terminal);
  let written = "";
  for (const command of commands) {
    const line = completeFrom(shown, command);
    if (STAYS_UP.test(line)) {
      written += await shell.start(line, (soFar) => matchesShown(output, soFar));
    } else {
      const { code, out } = await shell.run(line);
      written += out;
      if (code !== (ENDS_WITH_3.test(line) ? 3 : 0)) throw new Error(`${command}: ${code}\n${out}`);
    }
  }
  shown += written;
  return written;
}

describe("docs/getting-started.md", () => {
  test("begins with what is not run here: the packages", () => {
    expect(install).toEqual({ terminal: "", commands: ["cd ~/holdfast && npm ci"] });
  });

  test("has three terminals, and shows what comes of most of it", () => {
    expect(new Set(followed.map(({ terminal }) => terminal))).toEqual(new Set(["1", "2", "3"]));
    expect(followed.filter(({ output }) => output !== undefined).length).toBeGreaterThan(10);
  });

  test("shows what comes of each block", async () => {
    for (const step of followed) {
      const written = await follow(step);
      const { output = "…", commands } = step;
      // Where it does not match, both are told; a match knows of `…`.
      const got = matchesShown(output, written) ? output : written;
      expect({ commands, output: got }).toEqual({ commands, output });
    }
  });

  test("ends with Ctrl-C, in the order it says", async () => {
    for (const terminal of ["3", "2"]) {
      const shell = shellOf(terminal);
      expect([terminal, await shell.interrupt()]).toEqual([terminal, 0]);
    }
  });
});
