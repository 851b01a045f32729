import type { ExitCode, World } from "./command.ts";
import { programHelp } from "./help.ts";
import { createStyle } from "./style.ts";
import { VERSION } from "./version.ts";

/**
 * Runs one command line and returns its exit code. Touches nothing but `io`.
 *
 * @param argv - without the interpreter and the script
 */
export async function runCli(argv: readonly string[], io: World): Promise<ExitCode> {
  const [first, ...rest] = argv;
  const line = first === "help" ? [...rest, "--help"] : argv;
  const quick = line.length === 1 ? quickAnswer(line[0], io) : undefined;
  if (quick !== undefined) {
    io.stdout(quick);
    return 0;
  }
  const { runLine } = await import("./run-line.ts");
  return runLine(line, io);
}

/** What needs no parser: loading one would take as long as everything else. */
function quickAnswer(word: string | undefined, io: World): string | undefined {
  if (word === "--version" || word === "-V") return `${VERSION}\n`;
  return word === "--help" || word === "-h" ? programHelp(createStyle(io)) : undefined;
}
