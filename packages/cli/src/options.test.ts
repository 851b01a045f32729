import { describe, expect, test } from "vitest";
import type { OutputFormat } from "./command.ts";
import { createOptions } from "./options.ts";
import { STANDARD_OUTPUT, TEXT_OUTPUT } from "./output-format.ts";

const PORT = { flags: "-p, --port <number>", description: "", env: "PORT", default: "80" };
const LEVEL = { flags: "--log-level <level>", description: "", env: "LEVEL", choices: ["low"] };
const READ_ONLY = { flags: "--read-only", description: "", env: ["OURS", "THEIRS"] };

function optionsOf(
  values: Readonly<Record<string, unknown>>,
  {
    given = [],
    env = {},
  }: { given?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
) {
  const parsed = { values, isGiven: (name: string) => given.includes(name) };
  const io = { env, isTty: false, warn: () => undefined };
  return createOptions(parsed, { specs: [PORT, LEVEL, READ_ONLY], output: STANDARD_OUTPUT, io });
}

describe("createOptions() takes", () => {
  test("the command line before the environment", () => {
    const options = optionsOf({ port: "1" }, { given: ["port"], env: { PORT: "2" } });
    expect(options.text("port")).toBe("1");
  });

  test("the environment before the default", () => {
    expect(optionsOf({ port: "80" }, { env: { PORT: "2" } }).text("port")).toBe("2");
  });

  test("the default when the variable is empty", () => {
    expect(optionsOf({ port: "80" }, { env: { PORT: "" } }).text("port")).toBe("80");
  });

  test("the first variable that is not empty", () => {
    const options = optionsOf({}, { env: { OURS: "", THEIRS: "Yes" } });
    expect(options.flag("read-only")).toBe(true);
  });

  test.each(["0", "no", "FALSE", "n", " off "])("%j in the environment for off", (text) => {
    expect(optionsOf({}, { env: { OURS: text } }).flag("read-only")).toBe(false);
  });

  test("names as they are written", () => {
    expect(optionsOf({ logLevel: "low" }).text("log-level")).toBe("low");
  });
});

describe("createOptions() refuses", () => {
  test.each(["", "-1", "1.5", "0x10", "65536", "one"])("a port that is %j", (port) => {
    const options = optionsOf({ port }, { given: ["port"] });
    expect(() => options.integer("port", { min: 0, max: 65_535 })).toThrow("--port: expected");
  });

  test("a variable that is no choice", () => {
    expect(() => optionsOf({}, { env: { LEVEL: "high" } })).toThrow(
      "LEVEL: expected low, got high",
    );
  });

  test.each(["enabled", "2", "maybe"])("%j for a variable that turns something on", (text) => {
    expect(() => optionsOf({}, { env: { OURS: text } })).toThrow(
      `OURS: expected 1, true, yes, y, on or 0, false, no, n, off, got ${text}`,
    );
  });

  test("the absence of a required option", () => {
    expect(() => optionsOf({}).required("log-level")).toThrow(
      "--log-level is required, or LEVEL in the environment",
    );
  });
});

function asked(
  env: Readonly<Record<string, string>>,
  output = STANDARD_OUTPUT,
  given = "",
): OutputFormat {
  const parsed = { values: { output: given || "table" }, isGiven: () => given !== "" };
  const io = { env, isTty: false, stderr: () => undefined, warn: () => undefined };
  return createOptions(parsed, { specs: [], output, io }).output;
}

describe("createOptions() writes", () => {
  test("what HOLDFAST_DEFAULT_OUTPUT says, for every command", () => {
    expect(asked({})).toBe("table");
    expect(asked({ HOLDFAST_DEFAULT_OUTPUT: "JSON" })).toBe("json");
    expect(asked({ HOLDFAST_DEFAULT_OUTPUT: "", ASC_DEFAULT_OUTPUT: "json" })).toBe("json");
  });

  test("what the command line says before that", () => {
    expect(asked({ HOLDFAST_DEFAULT_OUTPUT: "json" }, STANDARD_OUTPUT, "table")).toBe("table");
  });

  test("its default where the variable names what the command cannot write", () => {
    expect(asked({ HOLDFAST_DEFAULT_OUTPUT: "markdown" })).toBe("table");
  });

  test("JSON only on the command line's word where a program reads the text", () => {
    expect(asked({ HOLDFAST_DEFAULT_OUTPUT: "json" }, TEXT_OUTPUT)).toBe("table");
    expect(asked({}, TEXT_OUTPUT, "json")).toBe("json");
  });
});
