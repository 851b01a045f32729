import { UsageError } from "@holdfast/appstore/errors";
import type { Io, OptionSpec, Options } from "../command.ts";
import { readText } from "../files.ts";

/** A password for where nobody can be asked. */
export const PASSWORD_FILE_OPTION: OptionSpec = {
  flags: "--password-file <file>",
  description: "a file that holds the password; - is stdin (default: asked for on the terminal)",
};

/** What is asked for on a terminal and must else be given. */
export interface Question {
  /** The option that gives it, without dashes in front. */
  readonly option: string;
  readonly prompt: string;
}

/**
 * Returns an option's value; without one it is asked for on the terminal.
 *
 * @throws UsageError `OPTION_MISSING` where there is no terminal
 * @throws CommandFailed `INTERRUPTED`
 */
export async function askIfMissing(
  { option, prompt }: Question,
  options: Pick<Options, "text">,
  { terminal }: Pick<Io, "terminal">,
): Promise<string> {
  const given = (options.text(option) ?? "").trim();
  if (given !== "") return given;
  if (terminal !== undefined) return terminal.ask(prompt);
  throw new UsageError("OPTION_MISSING", `--${option} is required: there is no terminal to ask on`);
}

/**
 * Returns the password of a person that there is already: from the file, or asked for.
 *
 * @throws UsageError `OPTION_MISSING`, `FILE_UNREADABLE`
 * @throws CommandFailed `INTERRUPTED`
 */
export async function readPassword(options: Pick<Options, "text">, io: Io): Promise<string> {
  return (await passwordOfFile(options, io)) ?? requireTerminal(io).askHidden("Password: ");
}

/**
 * Returns a password that is being chosen: from the file, or asked for twice.
 *
 * @throws UsageError `OPTION_MISSING`, `FILE_UNREADABLE`, `PASSWORDS_DIFFER`
 * @throws CommandFailed `INTERRUPTED`
 */
export async function chooseNewPassword(options: Pick<Options, "text">, io: Io): Promise<string> {
  const given = await passwordOfFile(options, io);
  if (given !== undefined) return given;
  const terminal = requireTerminal(io);
  const password = await terminal.askHidden("Password, at least 12 characters: ");
  const again = await terminal.askHidden("The same password again: ");
  if (password === again) return password;
  throw new UsageError("PASSWORDS_DIFFER", "the two passwords differ; nothing was done, try again");
}

/** Only the line's end is no part of it: spaces may be. */
async function passwordOfFile(options: Pick<Options, "text">, io: Io): Promise<string | undefined> {
  const file = options.text("password-file");
  return file === undefined ? undefined : (await readText(io, file)).replace(/\r?\n$/, "");
}

function requireTerminal({ terminal }: Pick<Io, "terminal">): NonNullable<Io["terminal"]> {
  if (terminal !== undefined) return terminal;
  throw new UsageError(
    "OPTION_MISSING",
    "--password-file is required: there is no terminal to ask on",
  );
}
