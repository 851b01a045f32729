/**
 * Does what the Dockerfile says without a container engine: builds the program in a directory of its own
 * from what .dockerignore lets through, then starts it, asks it for its health and ends it. Needs npm's
 * registry, and so is no part of the tests.
 */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseStages, variablesOf, wordsOf } from "./dockerfile.ts";
import type { Instruction } from "./dockerfile.ts";
import { createIgnored } from "./ignored-files.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const image = await mkdtemp(join(tmpdir(), "holdfast-image-"));
try {
  const [build = [], last = []] = parseStages(await readFile(join(ROOT, "Dockerfile"), "utf8"));
  await runBuild(build);
  await tryServer(last);
  say("the image's program is built, well, and ends when it is told to");
} finally {
  await rm(image, { recursive: true, force: true });
}

/** Does a stage's instructions one after the other; one it does not know must not be passed over. */
async function runBuild(stage: readonly Instruction[]): Promise<void> {
  let directory = image;
  for (const { name, text } of stage) {
    if (name === "FROM") continue;
    say(`${name} ${text}`);
    if (name === "WORKDIR") {
      directory = join(image, text);
      await mkdir(directory, { recursive: true });
    } else if (name === "COPY" && text === ". .") {
      await copySources(directory);
    } else if (name === "RUN") {
      execFileSync("sh", ["-c", text], { cwd: directory, stdio: "inherit" });
    } else {
      throw new Error(`expected WORKDIR, COPY . . or RUN in the build stage, got ${name} ${text}`);
    }
  }
}

async function copySources(directory: string): Promise<void> {
  const isIgnored = createIgnored(await readFile(join(ROOT, ".dockerignore"), "utf8"));
  await cp(ROOT, directory, {
    recursive: true,
    filter: (source) => {
      const path = relative(ROOT, source);
      return path === "" || !isIgnored(path);
    },
  });
}

async function tryServer(stage: readonly Instruction[]): Promise<void> {
  const program = join(image, "app/packages/cli/bin/holdfast.js");
  const version = execFileSync(process.execPath, [program, "--version"], { encoding: "utf8" });
  say(`holdfast ${version.trim()}`);
  // As in the image, but for what is of this machine: its address, a free port, a directory.
  const own = { HOLDFAST_HOST: "127.0.0.1", HOLDFAST_PORT: "0", HOLDFAST_DATA_DIR: "data" };
  const env = { ...process.env, ...variablesOf(stage), ...own, HOME: image };
  const line = [program, ...wordsOf(stage, "CMD"), "--output", "json"];
  const server = spawn(process.execPath, line, {
    cwd: image,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const { port } = new URL(await readUrl(server));
    const [, ...health] = wordsOf(stage, "HEALTHCHECK");
    execFileSync(process.execPath, health, { env: { ...env, HOLDFAST_PORT: port } });
  } finally {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
  }
  if (server.exitCode !== 0) {
    throw new Error(`expected the server to end with 0, got ${String(server.exitCode)}`);
  }
}

/** The one document on standard output says where it listens. */
async function readUrl({ stdout }: ChildProcess): Promise<string> {
  let text = "";
  for await (const part of stdout ?? []) {
    text += String(part);
    if (text.trimEnd().endsWith("}")) break;
  }
  // The command line's own document.
  return (JSON.parse(text) as { readonly url: string }).url;
}
