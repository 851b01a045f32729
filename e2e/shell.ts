import { spawn } from "node:child_process";
import { once } from "node:events";
import { homedir } from "node:os";
import { join } from "node:path";

/** How a command ended and what it wrote, both ways together. */
export interface Ended {
  readonly code: number;
  readonly out: string;
}

/** A shell that commands are typed into, as into a terminal. */
export interface Shell {
  /** Types a command and returns how it ended. */
  run(command: string): Promise<Ended>;
  /** Types a command that stays up; returns what it wrote once that is `enough`. Throws when it ends before. */
  start(command: string, enough: (soFar: string) => boolean): Promise<string>;
  /** Does what Ctrl-C does to the command that stays up, and returns its exit code. */
  interrupt(): Promise<number>;
  /** Ends the shell and what still runs in it. */
  close(): Promise<void>;
}

/** Where and with what a shell runs. */
export interface ShellPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What no command writes. */
const MARK = "~shell~";

/** Stands behind each command, with its exit code. */
const END = new RegExp(`\\n${MARK}(?<code>\\d+)\\n`);

/** Opens a POSIX shell without anybody's own keys and settings. */
export function openShell({ cwd, env }: ShellPlace): Shell {
  const child = spawn("sh", [], { cwd, env: { ...environment(), ...env }, detached: true });
  const gone = once(child, "close");
  let out = "";
  let onOutput: (() => void) | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      onOutput?.();
    });
  }
  // One order for both, as a terminal shows them; and Ctrl-C is for what runs in the shell, not for the shell.
  child.stdin.write("exec 2>&1; trap : INT\n");

  function type(command: string): void {
    out = "";
    child.stdin.write(`${command}\nprintf '\\n${MARK}%s\\n' "$?"\n`);
  }

  /** Resolves once there is something to return, and rejects with what looking for it throws. */
  async function until<Found>(find: () => Found | undefined): Promise<Found> {
    const { promise, resolve, reject } = Promise.withResolvers<Found>();
    onOutput = () => {
      try {
        const found = find();
        if (found !== undefined) resolve(found);
      } catch (error) {
        reject(error);
      }
    };
    onOutput();
    void gone.then(() => reject(new Error(`the shell ended; it wrote:\n${out}`)));
    return promise.finally(() => {
      onOutput = undefined;
    });
  }

  function ended(): Ended | undefined {
    const { index, groups } = END.exec(out) ?? {};
    return index === undefined
      ? undefined
      : { code: Number(groups?.["code"]), out: out.slice(0, index) };
  }

  return {
    async run(command) {
      type(command);
      return until(ended);
    },
    async start(command, enough) {
      type(command);
      return until(() => {
        const early = ended();
        if (early !== undefined) throw new Error(`${command} ended: ${early.out}`);
        return enough(out) ? out : undefined;
      });
    },
    async interrupt() {
      signal("SIGINT");
      return (await until(ended)).code;
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) signal("SIGKILL");
      await gone;
    },
  };

  /** To the shell and everything in it, as a terminal does. */
  function signal(name: NodeJS.Signals): void {
    if (child.pid !== undefined) process.kill(-child.pid, name);
  }
}

/** What Node compiled is kept where it always is, for speed. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:HOLDFAST|ASC)_|^FORCE_COLOR$/.test(name),
  );
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return { ...Object.fromEntries(inherited), XDG_CACHE_HOME: cache };
}
