import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createTerminal } from "./system-terminal.ts";

function openTerminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  output.setEncoding("utf8");
  return {
    terminal: createTerminal({ input, output }),
    type: (text: string) => void input.write(text),
    end: () => void input.end(),
    shown: () => String(output.read() ?? ""),
  };
}

test("ask() shows the question and what is typed, and returns the line", async () => {
  const { terminal, type, shown } = openTerminal();
  const answer = terminal.ask("Name: ");
  type(" Ada \n");
  expect(await answer).toBe("Ada");
  const all = shown();
  expect(all).toContain("Name: ");
  expect(all).toContain("Ada");
});

test("askHidden() shows the question and nothing of what is typed", async () => {
  const { terminal, type, shown } = openTerminal();
  const answer = terminal.askHidden("Password: ");
  // A backspace takes the last letter away, as in any line.
  type("correct horsf\u007Fe\n");
  expect(await answer).toBe("correct horse");
  expect(shown()).toBe("Password: \n");
});

test("askHidden() can be asked twice, one after the other", async () => {
  const { terminal, type } = openTerminal();
  const first = terminal.askHidden("Password: ");
  type("one\n");
  expect(await first).toBe("one");
  const second = terminal.askHidden("Again: ");
  type("two\n");
  expect(await second).toBe("two");
});

test.each([
  ["Ctrl-C", ({ type }: ReturnType<typeof openTerminal>) => type("\u0003")],
  ["the end of the input", ({ end }: ReturnType<typeof openTerminal>) => end()],
])("ask() ends with %s", async (_, stop) => {
  const opened = openTerminal();
  const answer = opened.terminal.ask("Name: ");
  stop(opened);
  await expect(answer).rejects.toMatchObject({ code: "INTERRUPTED" });
});
