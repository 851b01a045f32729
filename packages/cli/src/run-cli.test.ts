import { describe, expect, test } from "vitest";
import { FOLDED_TOPICS, GROUPS, REGISTRY } from "./registry.ts";
import { runCli } from "./run-cli.ts";
import { createFakeIo } from "./testing/fake-io.ts";
import { errorOf, run } from "./testing/run.ts";
import { VERSION } from "./version.ts";

describe("runCli() helps", () => {
  test("with every command by topic", async () => {
    await using io = await createFakeIo();
    expect(await run(io, "--help")).toBe(0);
    for (const { path, summary, topic } of REGISTRY) {
      // Deep trees are shown by their first two words, folded topics by one.
      const shownWords = FOLDED_TOPICS.has(topic) ? 1 : 2;
      const words = path.slice(0, shownWords).join(" ");
      expect(io.out()).toContain(`  ${words} `);
      expect(io.out()).toContain(path.length > shownWords ? (GROUPS[words] ?? "none") : summary);
      expect(io.out()).toContain(topic);
    }
  });

  test("with the verbs of a noun", async () => {
    await using io = await createFakeIo();
    expect(await run(io, "flow --help")).toBe(0);
    expect(io.out()).toMatch(/validate\s+Check a flow/);
    expect(io.out()).not.toContain("simulate");
  });

  test.each(REGISTRY.map(({ path }) => path.join(" ")))(
    "with options and examples: %s",
    async (path) => {
      await using io = await createFakeIo();
      expect(await run(io, `${path} --help`)).toBe(0);
      expect(io.out()).toContain(`Usage: holdfast ${path}`);
      expect(io.out()).toContain("--output <format>");
      expect(io.out()).toMatch(/Examples:\n {2}# .+\n {2}\$ /);
      expect(io.err()).toBe("");
    },
  );

  test("when help comes first", async () => {
    await using io = await createFakeIo();
    expect(await run(io, "help flow validate")).toBe(0);
    expect(io.out()).toContain("Usage: holdfast flow validate");
  });

  test("on standard error when there is no command", async () => {
    await using io = await createFakeIo();
    expect(await run(io, "")).toBe(2);
    expect(io.out()).toBe("");
    expect(io.err()).toContain("Usage: holdfast");
  });
});

test("runCli() tells the version", async () => {
  await using io = await createFakeIo();
  expect(await run(io, "--version")).toBe(0);
  expect(io.out()).toBe(`${VERSION}\n`);
});

describe("runCli() refuses", () => {
  test.each([
    ["an unknown noun, naming the near one", "flwo validate", "Did you mean flow?"],
    ["an unknown verb, naming the near one", "flow valdate", "Did you mean validate?"],
    [
      "a verb without its noun, naming the command",
      "validate",
      "Did you mean holdfast flow validate?",
    ],
    ["an unknown option, naming the near one", "flow validate --strct", "Did you mean --strict?"],
    ["a value that is no choice", "flow compile --environment prod", "sandbox, production"],
    ["too many arguments", "flow validate a b", "too many arguments"],
    ["an argument of a command that has verbs", "emulator start", "too many arguments"],
    ["a missing argument", "jws decode", "missing required argument 'file'"],
  ])("%s", async (_, line, message) => {
    await using io = await createFakeIo();
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toContain(message);
    expect(io.out()).toBe("");
  });

  test("a wrong line in one JSON document when JSON is asked for", async () => {
    await using io = await createFakeIo();
    expect(await run(io, "flow validate --strct --output json")).toBe(2);
    expect(errorOf(io)).toEqual({
      code: "COMMAND_LINE_INVALID",
      message: "unknown option '--strct'\n(Did you mean --strict?)",
    });
    expect(io.out()).toBe("");
  });

  test("a wrong line in JSON when the environment asks for it", async () => {
    await using io = await createFakeIo({ env: { HOLDFAST_DEFAULT_OUTPUT: "json" } });
    expect(await run(io, "flow validate --strct")).toBe(2);
    expect(errorOf(io)["code"]).toBe("COMMAND_LINE_INVALID");
    await using told = await createFakeIo({ env: { HOLDFAST_DEFAULT_OUTPUT: "json" } });
    expect(await run(told, "flow validate --strct --output table")).toBe(2);
    expect(told.err()).toMatch(/^error/);
  });

  test("with errors on one line where the command's JSON is on one", async () => {
    await using io = await createFakeIo();
    const line = "storekit retention-messaging messages list --output json";
    expect(await run(io, line)).toBe(2);
    expect(io.err().trimEnd().split("\n")).toHaveLength(1);
    expect(errorOf(io)["code"]).toBe("OPTION_MISSING");
  });

  test("a verb without its noun in JSON, naming the command", async () => {
    await using io = await createFakeIo();
    expect(await run(io, "explain --output=json")).toBe(2);
    expect(errorOf(io)["message"]).toContain("Did you mean holdfast flow explain?");
  });

  test("a missing option, naming its variable", async () => {
    await using io = await createFakeIo();
    expect(await run(io, "offers sign --output json")).toBe(2);
    expect(errorOf(io)).toEqual({
      code: "OPTION_MISSING",
      message: "--key-id is required, or HOLDFAST_STOREKIT_KEY_ID in the environment",
    });
  });

  test("all options that are missing at once", async () => {
    await using io = await createFakeIo();
    const line = "storekit retention-messaging messages upload --file a.json --output json";
    expect(await run(io, line)).toBe(2);
    expect(String(errorOf(io)["message"]).split("\n")).toEqual([
      "--message-id is required",
      "--environment is required, or HOLDFAST_STOREKIT_ENVIRONMENT in the environment",
    ]);
  });

  test("a number that is none", async () => {
    await using io = await createFakeIo({ env: { HOLDFAST_EMULATOR_PORT: "eighty" } });
    expect(await run(io, "emulator")).toBe(2);
    expect(io.err()).toContain("--port: expected a whole number from 0 to 65535, got eighty");
  });
});

test("the registry's summaries are the commands' own", async () => {
  for (const { summary, load } of REGISTRY) expect((await load()).summary).toBe(summary);
});

test("runCli() colours only when colours are wanted", async () => {
  await using plain = await createFakeIo();
  await using coloured = await createFakeIo({ colors: true });
  await runCli(["flow", "explain", "none.yaml"], plain);
  await runCli(["flow", "explain", "none.yaml"], coloured);
  expect(plain.err()).not.toContain("\u{1B}");
  expect(coloured.err()).toContain("\u{1B}[31merror");
});
