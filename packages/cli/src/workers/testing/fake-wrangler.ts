import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FakeIo } from "../../testing/fake-io.ts";
import { writeFiles } from "../../testing/run.ts";

/** How a wrangler of a test was called. */
export interface WranglerCalled {
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
}

/** What it answers to the verbs it is called with, like `secret list`. */
export type FakeAnswers = Readonly<Record<string, FakeAnswer>>;

/** What it writes, and how it ends; with code 0 and without a word unless told. */
interface FakeAnswer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
  /** Whether it never ends by itself. */
  readonly hangs?: boolean;
}

/**
 * Puts a wrangler into a project that does nothing but remember how it was called. The real one takes a
 * second to start, and a test of its own.
 */
export async function installFakeWrangler(
  io: FakeIo,
  answers: FakeAnswers = {},
): Promise<{ readonly calls: () => Promise<readonly WranglerCalled[]> }> {
  const log = join(io.cwd, "wrangler-calls.ndjson");
  await writeFiles(io, {
    "wrangler-calls.ndjson": "",
    "node_modules/wrangler/package.json": '{ "type": "commonjs" }',
    "node_modules/wrangler/bin/wrangler.js": `
const { appendFileSync, readFileSync } = require("node:fs");
const [, , ...words] = process.argv;
const call = { arguments: words, env: process.env, input: readFileSync(0, "utf8") };
appendFileSync(${JSON.stringify(log)}, JSON.stringify(call) + "\\n");
const answers = ${JSON.stringify(answers)};
const verb = Object.keys(answers).find((verb) => words.join(" ").startsWith(verb));
const { stdout = "", stderr = "", code = 0, hangs = false } = answers[verb] ?? {};
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
if (hangs) setInterval(() => undefined, 60000);
`,
  });
  return {
    async calls() {
      const lines = (await readFile(log, "utf8")).split("\n").filter((line) => line !== "");
      // What the program above writes.
      return lines.map((line) => JSON.parse(line) as WranglerCalled);
    },
  };
}
