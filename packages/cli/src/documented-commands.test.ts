import { describe, expect, test } from "vitest";
import { createProgram } from "./program.ts";
import { REGISTRY } from "./registry.ts";
import { readDocumentationPages } from "./testing/documentation-pages.ts";
import { readDocumentedCommands } from "./testing/documented-commands.ts";
import { createFakeIo } from "./testing/fake-io.ts";

/** What is indented there is no code. */
const WITHOUT_CODE = "ARCHITECTURE.md";

const pages = await readDocumentationPages();
const withCommands = pages
  .filter(({ path }) => path !== WITHOUT_CODE)
  .map(({ path, text }) => ({ path, commands: readDocumentedCommands(text) }))
  .filter(({ commands }) => commands.length > 0);

/** Returns what the parser of command lines complains of, empty when the line is good. */
async function complaintOf(words: readonly string[]): Promise<string> {
  await using io = await createFakeIo();
  const [entry] = REGISTRY.filter(({ path }) =>
    path.every((word, index) => word === words[index]),
  ).toSorted((a, b) => b.path.length - a.path.length);
  if (entry === undefined) return "no such command";
  let complaint = "";
  const program = createProgram({
    io,
    entry,
    command: await entry.load(),
    onParsed: () => undefined,
    onComplaint: (text) => {
      complaint += text;
    },
  });
  await program.parseAsync([...words], { from: "user" }).catch((error: unknown) => {
    complaint ||= String(error);
  });
  return complaint;
}

test("pages show commands, those for newcomers among them", () => {
  const names = withCommands.map(({ path }) => path);
  expect(names).toEqual(
    expect.arrayContaining(["docs/getting-started.md", "docs/first-apple-request.md"]),
  );
});

describe.each(withCommands)("$path", ({ path, commands }) => {
  test("shows commands that the command line takes", async () => {
    const refused: string[] = [];
    for (const { line, words } of commands) {
      // Help is no command of its own, and complains of nothing.
      const complaint = await complaintOf(words.filter((word) => word !== "--help"));
      if (complaint !== "") refused.push(`${path}:${line}: ${words.join(" ")}: ${complaint}`);
    }
    expect(refused).toEqual([]);
  });
});

test("the parser of command lines complains of what is not there", async () => {
  expect(await complaintOf(["flow", "publisch"])).not.toBe("");
  expect(await complaintOf(["flow", "publish", "--enviroment", "sandbox"])).toContain("enviroment");
  expect(await complaintOf(["emulator", "faults", "a.json", "b.json"])).toContain("too many");
});

test.each([
  ["    holdfast flow test   # the cases of holdfast init\n", [["flow", "test"]]],
  [
    "```sh\nHOLDFAST_APP=a holdfast flow push --message 'a  b' && holdfast status\n```\n",
    [["flow", "push", "--message", "a  b"], ["status"]],
  ],
  [
    '```sh\neval "$(holdfast emulator credentials --output shell)"\n```\n',
    [["emulator", "credentials", "--output", "shell"]],
  ],
  ["    docker compose exec holdfast holdfast status | cat\n", [["status"]]],
  ["```yaml\n- run: npx holdfast flow diff >> out.md\n```\n", [["flow", "diff"]]],
  ["    holdfast apps \\\n      list\n", [["apps", "list"]]],
  ["```text\nundo it: holdfast flow rollback\n```\nIn text, holdfast says.\n", []],
])("readDocumentedCommands() reads %j", (text, expected) => {
  expect(readDocumentedCommands(text).map(({ words }) => words)).toEqual(expected);
});
