import { describe, expect, test } from "vitest";
import { createOptions } from "./options.ts";

const PORT = { flags: "-p, --port <number>", description: "", env: "PORT", default: "80" };
const LEVEL = { flags: "--log-level <level>", description: "", env: "LEVEL", choices: ["low"] };

function optionsOf(
  values: Readonly<Record<string, unknown>>,
  {
    given = [],
    env = {},
  }: { given?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
) {
  const parsed = { values, isGiven: (name: string) => given.includes(name) };
  return createOptions(parsed, [PORT, LEVEL], env);
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

  test("the absence of a required option", () => {
    expect(() => optionsOf({}).required("log-level")).toThrow(
      "--log-level is required, or LEVEL in the environment",
    );
  });
});
