import type { ApiFetch } from "@holdfast/appstore/http";
import type { EXIT_CODES } from "./exit-codes.ts";
import type { Keychain } from "./keychain.ts";
import type { Terminal } from "./terminal.ts";

/** What a command may touch of the outside world; tests pass their own. */
export interface Io {
  /** Writes to standard output as it is. */
  readonly stdout: (text: string) => void;
  /** Writes to standard error as it is. */
  readonly stderr: (text: string) => void;
  /** Tells people what is not as it should be, in a line; in JSON where that is asked for. */
  readonly warn: (message: string) => void;
  /** Reads standard input to its end. */
  readonly stdin: () => Promise<string>;
  /** Whoever can be asked; undefined where standard input or standard error is no terminal. */
  readonly terminal: Terminal | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths start from. */
  readonly cwd: string;
  /** Whether standard output is a terminal. */
  readonly isTty: boolean;
  /** Whether standard error is a terminal: progress is shown there, and nowhere else. */
  readonly isErrTty: boolean;
  /** Whether colours are wanted. */
  readonly colors: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after `ms` milliseconds; rejects when the signal is aborted before or meanwhile. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Sends HTTP requests. */
  readonly fetch: ApiFetch;
  /** The system's store of secrets. */
  readonly keychain: Keychain;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

/** The world outside of the program; how its commands warn depends on what each is asked for. */
export type World = Omit<Io, "warn">;

/** One positional argument. */
export interface ArgumentSpec {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** The values it can have; the parser refuses others. */
  readonly choices?: readonly string[];
}

/** One option, as commander spells its flags. */
export interface OptionSpec {
  /** Like `--environment <name>`, `--strict` or `--no-verify`. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** Values completion offers; the parser takes others. */
  readonly suggestions?: readonly string[];
  /** The command cannot do without it: told with the others that are missing. */
  readonly required?: boolean;
  /** May come more than once; each time with one value. */
  readonly repeatable?: boolean;
  /** Environment variables that stand in for the flag; the first that is not empty counts. */
  readonly env?: string | readonly string[];
}

/** How a result is written. */
export type OutputFormat = "table" | "json" | "markdown" | "csv" | "shell";

/** In which ways a command can write its result. */
export interface OutputSpec {
  readonly formats: readonly OutputFormat[];
  /** `terminal`: a table on a terminal, JSON elsewhere. */
  readonly default: OutputFormat | "terminal";
  /**
   * Only `--output` on the command line counts, and not the environment: standard output is a log, or
   * a text that a shell or another program reads.
   */
  readonly explicitOnly?: boolean;
  /** JSON comes on one line, and `--pretty` lays it out. */
  readonly compactJson?: boolean;
}

/** A command: what help and parsing are made of, and what it does. */
export interface Command {
  readonly summary: string;
  /** Longer help; paragraphs. */
  readonly description?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** How its result can be written; by default a table, or JSON. */
  readonly output?: OutputSpec;
  /** What to do after Ctrl-C ended it; default: run it again. */
  readonly afterInterruption?: string;
  /** Whole command lines, each with a word on what it does. */
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /** Returns the exit code. */
  readonly run: (input: CommandInput, io: Io) => Promise<ExitCode>;
}

/** What a command line said. */
export interface CommandInput {
  readonly arguments: readonly string[];
  readonly options: Options;
}

/** The options of one command line. */
export interface Options {
  /** An option with a value. */
  text(name: string): string | undefined;
  /** An option with a value that the command cannot do without; an empty one is none. */
  required(name: string): string;
  /** An option without a value. */
  flag(name: string): boolean;
  /** An option that may come more than once. */
  list(name: string): readonly string[];
  /** An option with one of a few values; the parser refuses others. */
  choice<const Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined;
  /** A whole number within bounds. */
  integer(name: string, bounds: { readonly min: number; readonly max: number }): number | undefined;
  /** How the result is to be written. */
  readonly output: OutputFormat;
  /** Whether the result is to be JSON. */
  readonly json: boolean;
  /** Whether JSON is to be on one line. */
  readonly compactJson: boolean;
}

/** How a command ended: see `EXIT_CODES`. */
export type ExitCode = keyof typeof EXIT_CODES;
