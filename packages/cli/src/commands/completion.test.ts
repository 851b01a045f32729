import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { REGISTRY } from "../registry.ts";
import { createFakeIo } from "../testing/fake-io.ts";
import { run } from "../testing/run.ts";

/** The scripts are run by the real shells; one that is not installed is skipped. */
function hasShell(shell: string): boolean {
  return spawnSync(shell, ["-c", "exit 0"]).status === 0;
}

async function scriptFor(shell: string): Promise<string> {
  await using io = await createFakeIo();
  expect(await run(io, `completion ${shell}`)).toBe(0);
  return io.out();
}

interface Completed {
  /** The command line; the last word is the one that is completed. */
  readonly line: readonly string[];
  readonly offered: readonly string[];
}

function wordsBelow(noun: string): readonly string[] {
  return REGISTRY.flatMap(({ path: [first, second] }) =>
    first === noun && second !== undefined ? [second] : [],
  ).toSorted();
}

const FIRST_WORDS = [...new Set(REGISTRY.map(({ path }) => path[0]))].toSorted();

const LINES: readonly [string, Completed][] = [
  ["the first words", { line: [""], offered: FIRST_WORDS }],
  ["the rest of a word", { line: ["flo"], offered: ["flow"] }],
  ["the words below a noun", { line: ["jws", ""], offered: ["decode", "verify"] }],
  ["options", { line: ["flow", "validate", "--st"], offered: ["--strict"] }],
  [
    "options after an argument",
    { line: ["flow", "validate", "a.yaml", "--st"], offered: ["--strict"] },
  ],
  ["a choice", { line: ["simulate", "--environment", ""], offered: ["production", "sandbox"] }],
  [
    "a value that is suggested",
    {
      line: ["storekit", "retention-messaging", "messages", "list", "--environment", ""],
      offered: ["production", "sandbox"],
    },
  ],
  [
    "a locale",
    {
      line: ["storekit", "retention-messaging", "defaults", "view", "--locale", "de"],
      offered: ["de-DE"],
    },
  ],
  ["an argument's choice", { line: ["completion", ""], offered: ["bash", "fish", "zsh"] }],
  ["what is below a command", { line: ["emulator", ""], offered: wordsBelow("emulator") }],
  [
    "the words of a deep tree",
    { line: ["storekit", "retention-messaging", "endpoint", "ch"], offered: ["check"] },
  ],
];

/** Where a shell is to offer files by itself. */
const FILES: readonly [string, readonly string[]][] = [
  ["an option's value", ["flow", "validate", "--catalog", ""]],
  ["an argument", ["flow", "validate", ""]],
  ["an unknown word's place", ["flow", "nonsense", ""]],
];

/** Runs lines in a shell that reads no configuration, and returns what it wrote. */
function runShell(command: readonly [string, ...string[]], lines: readonly string[]): string {
  const [shell, ...options] = command;
  const { stdout, stderr } = spawnSync(shell, [...options, "-c", lines.join("\n")], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return stdout;
}

const BASH = ["bash", "--noprofile", "--norc"] as const;

const quoted = (word: string): string => `'${word}'`;

function words(output: string): readonly string[] {
  return output
    .split(/\s+/)
    .filter((word) => word !== "")
    .toSorted();
}

async function completeInBash(line: readonly string[]): Promise<readonly string[]> {
  const all = ["holdfast", ...line].map(quoted).join(" ");
  const tail = `COMP_WORDS=(${all}); COMP_CWORD=${line.length}; _holdfast; echo "\${COMPREPLY[@]}"`;
  return words(runShell(BASH, [await scriptFor("bash"), tail]));
}

describe.skipIf(!hasShell("bash"))("holdfast completion bash", () => {
  test.each(LINES)("offers %s", async (_, { line, offered }) => {
    expect(await completeInBash(line)).toEqual(offered);
  });

  test.each(FILES)("leaves %s to bash's files", async (_, line) => {
    expect(await completeInBash(line)).toEqual([]);
    const registered = runShell(BASH, [await scriptFor("bash"), "complete -p holdfast"]);
    expect(registered).toContain("-o default");
  });

  test("knows a value behind an equals sign, which bash makes a word of its own", async () => {
    expect(await completeInBash(["init", "--output", "="])).toEqual(["json", "table"]);
    expect(await completeInBash(["init", "--output", "=", "j"])).toEqual(["json"]);
  });
});

/** Stands in for zsh's completion system, which needs a terminal: says what it is offered. */
const ZSH_SYSTEM = `
  compdef() { return 0; }
  compset() { return 0; }
  _files() { print files; }
  _describe() { print -rl -- "\${(@P)@[-1]%%:*}"; }
  compadd() { shift; print -rl -- "$@"; }`;

async function completeInZsh(line: readonly string[]): Promise<readonly string[]> {
  const all = ["holdfast", ...line].map(quoted).join(" ");
  const tail = `words=(${all}); CURRENT=$#words; _holdfast`;
  const output = runShell(["zsh", "-f"], [ZSH_SYSTEM, await scriptFor("zsh"), tail]);
  // The system itself keeps what fits the word so far.
  const current = line.at(-1) ?? "";
  return words(output).filter((word) => word === "files" || word.startsWith(current));
}

describe.skipIf(!hasShell("zsh"))("holdfast completion zsh", () => {
  test.each(LINES)("offers %s", async (_, { line, offered }) => {
    expect(await completeInZsh(line)).toEqual(offered);
  });

  test.each(FILES)("leaves %s to files", async (_, line) => {
    expect(await completeInZsh(line)).toEqual(["files"]);
  });
});

async function completeInFish(line: readonly string[]): Promise<readonly string[]> {
  const tail = `complete -C ${quoted(["holdfast", ...line].join(" "))}`;
  const output = runShell(["fish", "--no-config"], [await scriptFor("fish"), tail]);
  return words(output.replaceAll(/\t.*$/gm, ""));
}

describe.skipIf(!hasShell("fish"))("holdfast completion fish", () => {
  test.each(LINES)("offers %s", async (_, { line, offered }) => {
    expect(await completeInFish(line)).toEqual(offered);
  });
});

test("holdfast completion refuses a shell it does not know", async () => {
  await using io = await createFakeIo();
  expect(await run(io, "completion tcsh")).toBe(2);
  expect(io.err()).toContain("bash, zsh, fish");
});
