import { spawn } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../packages/cli/bin/holdfast.js", import.meta.url));

/** How a command ended and what it wrote. */
export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that stays up. */
export interface Running {
  /** Its process. */
  readonly pid: number;
  /** The JSON document it announced itself with. */
  readonly announced: Readonly<Record<string, unknown>>;
  /** What it wrote to standard error so far. */
  readonly err: () => string;
  /** Sends it Ctrl-C's signal and returns how it ended. */
  stop(): Promise<Finished>;
  /** Sends it a signal and returns how it ended. */
  end(signal: NodeJS.Signals): Promise<Finished>;
}

/** Where and with what a command runs. */
export interface Surroundings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** The program's own file, of another copy of it; default this one's. */
  readonly program?: string;
}

/** Runs the real binary to its end. */
export async function runBinary(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<Finished> {
  return start(args, surroundings).finished;
}

/** Starts the real binary with `--output json` and waits for the document it announces. */
export async function startBinary(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<Running> {
  const { child, finished, firstDocument, written } = start(
    [...args, "--output", "json"],
    surroundings,
  );
  const end = (signal: NodeJS.Signals): Promise<Finished> => {
    child.kill(signal);
    return finished;
  };
  const ended = finished.then(({ code, err }): never => {
    throw new Error(`${args.join(" ")} ended with ${code}: ${err}`);
  });
  // Once it is up, its end is no failure any more.
  ended.catch(() => undefined);
  const announced = await Promise.race([firstDocument, ended]);
  return {
    // A process that announced something was started.
    pid: child.pid ?? 0,
    announced,
    err: () => written().err,
    stop: () => end("SIGINT"),
    end,
  };
}

/** A command that is not to end by itself. */
export interface Killable {
  /** Ends it at once, as a power cut would (SIGKILL), and resolves when it is gone. */
  kill(): Promise<void>;
  /** Sends it Ctrl-C's signal and returns how it ended. */
  interrupt(): Promise<Finished>;
}

/** Starts the real binary to be killed; it may have ended before. */
export function startUntilKilled(args: readonly string[], surroundings: Surroundings): Killable {
  const { child, finished } = start(args, surroundings);
  return {
    async kill() {
      child.kill("SIGKILL");
      await finished;
    },
    async interrupt() {
      child.kill("SIGINT");
      return finished;
    },
  };
}

/**
 * The environment of this process without anybody's own keys and settings, and with a home of its own;
 * what Node compiled is kept where it always is, for speed.
 */
function environmentIn(cwd: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(HOLDFAST|ASC)_/.test(name));
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return { ...Object.fromEntries(inherited), HOME: cwd, XDG_CACHE_HOME: cache };
}

function start(
  args: readonly string[],
  { cwd, env = {}, stdin = "", program = MAIN }: Surroundings,
) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...environmentIn(cwd), ...env },
  });
  const finished = Promise.withResolvers<Finished>();
  const firstDocument = Promise.withResolvers<Readonly<Record<string, unknown>>>();
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    const document = parseObject(out);
    if (document !== undefined) firstDocument.resolve(document);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  child.once("error", finished.reject);
  child.once("close", (code) => finished.resolve({ code, out, err }));
  child.stdin.end(stdin);
  return {
    child,
    finished: finished.promise,
    firstDocument: firstDocument.promise,
    written: () => ({ out, err }),
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    // What a command announces is an object.
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
