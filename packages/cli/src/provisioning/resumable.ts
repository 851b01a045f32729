import { AppleApiError } from "@holdfast/appstore/http";
import type { Command, CommandInput, ExitCode, Io, OptionSpec } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import { heedingInterruption } from "../heeding-interruption.ts";
import { variablesOf } from "../options.ts";
import { optionsOf } from "../output-format.ts";

/**
 * Returns a command that goes on where it was when it is run again, and says so: Ctrl-C ends what is
 * under way, what was done until then is kept and told, and then the command line to go on with.
 *
 * @param name - of the command, as it is typed
 */
export function resumable(name: string, command: Command): Command {
  return {
    ...command,
    run: (input, io) =>
      heedingInterruption(io, async () => {
        const code = await command.run(input, io).catch((error: unknown): ExitCode => {
          if (!isInterruption(error, io)) throw error;
          return INTERRUPTED;
        });
        if (code !== INTERRUPTED) return code;
        const line = lineOf(name, { input, specs: optionsOf(command), io });
        const advice = `nothing is lost; go on with: ${line}`;
        throw new CommandFailed("INTERRUPTED", `${name} was interrupted`, { advice });
      }),
  };
}

const INTERRUPTED = 130;

/** After Ctrl-C an error of Apple's is that: the request may have been cut off in its answer. */
function isInterruption(error: unknown, { signal }: Pick<Io, "signal">): boolean {
  if (!signal.aborted) return false;
  const isSleep = error instanceof Error && error.name === "AbortError";
  return isSleep || error instanceof AppleApiError;
}

interface Line {
  readonly input: CommandInput;
  readonly specs: readonly OptionSpec[];
  readonly io: Pick<Io, "env">;
}

/** The command line to type again; what the environment says is left to it. */
function lineOf(name: string, { input, specs, io }: Line): string {
  const options = specs
    .filter((spec) => variablesOf(spec).every((variable) => (io.env[variable] ?? "") === ""))
    .flatMap((spec) => wordsOf(spec, input));
  return ["holdfast", name, ...input.arguments, ...options].map(quoted).join(" ");
}

function wordsOf({ flags, default: byDefault }: OptionSpec, { options }: CommandInput): string[] {
  const [flag = "", value] = flags.split(" ");
  const name = flag.replace(/^--/, "");
  if (value === undefined) return isSwitched(name, options) ? [flag] : [];
  const text = options.text(name);
  const values = text === undefined ? options.list(name) : [text];
  return values.flatMap((one) => (one === byDefault ? [] : [flag, one]));
}

/** Of a flag like `--no-wait` the parser knows whether `wait` is on. */
function isSwitched(name: string, options: CommandInput["options"]): boolean {
  return name.startsWith("no-") ? !options.flag(name.slice("no-".length)) : options.flag(name);
}

/** As a POSIX shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
