import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Terminal } from "./terminal.ts";

/** The streams of a terminal. */
export interface TerminalStreams {
  readonly input: NodeJS.ReadableStream;
  /** Questions go here: standard error, for standard output is the result's. */
  readonly output: NodeJS.WritableStream;
}

/** Makes a terminal of its streams. */
export function createTerminal(streams: TerminalStreams): Terminal {
  return {
    ask: async (question) => (await readLine(question, streams)).trim(),
    async askHidden(question) {
      // The line editor echoes what is typed to its own output: this one goes nowhere.
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      streams.output.write(question);
      try {
        return await readLine("", { ...streams, output: nowhere });
      } finally {
        streams.output.write("\n");
      }
    },
  };
}

async function readLine(question: string, { input, output }: TerminalStreams): Promise<string> {
  const lines = createInterface({ input, output, terminal: true, historySize: 0 });
  const ended = new AbortController();
  // The line editor takes Ctrl-C for itself; the end of the input would be waited on for ever.
  lines.on("SIGINT", () => ended.abort());
  lines.on("close", () => ended.abort());
  try {
    return await lines.question(question, { signal: ended.signal });
  } catch (cause) {
    if (!ended.signal.aborted) throw cause;
    // Every start of the program loads this file, and hardly any comes here.
    const { CommandFailed } = await import("./errors.ts");
    throw new CommandFailed("INTERRUPTED", "stopped before an answer was given", { cause });
  } finally {
    lines.close();
  }
}
