import { describe, expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import { copyYoga, errorOf, run, runJson, writeFiles } from "../../testing/run.ts";

const STAY = "{ defaultLocale: en-US, locales: { en-US: { header: Stay, body: Please. } } }";

function flowWith(rest: string): string {
  return `version: 1\napp: com.example.app\nmessages: { stay: ${STAY} }\nfallback: { message: stay }\n${rest}`;
}

test("flow validate accepts the example, warnings and notes included", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  const { code, json } = await runJson(io, "flow validate");
  expect(code).toBe(0);
  expect(json).toMatchObject({ valid: true, catalog: "catalog.json", errors: 0, warnings: 1 });
});

test("flow validate --strict takes the warnings for errors", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  const { code, json } = await runJson(io, "flow validate --strict");
  expect(code).toBe(2);
  expect(json).toMatchObject({ valid: false, errors: 1, warnings: 0 });
});

test("flow validate tells all errors at once, each with place, code and suggestion", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, {
    "app/flow.yaml": flowWith(
      "holdot: {}\nrules:\n  - { name: a, respond: { message: stey } }\n  - { name: a, respond: { message: stay } }\n",
    ),
  });
  expect(await run(io, "flow validate app/flow.yaml")).toBe(2);
  expect(io.out()).toContain("app/flow.yaml:5:1 error UNKNOWN_KEY");
  expect(io.out()).toContain(`did you mean "holdout"?`);
  expect(io.out()).toContain("app/flow.yaml:7:36 error UNKNOWN_MESSAGE");
  expect(io.out()).toContain(`did you mean "stay"?`);
  expect(io.out()).toContain("app/flow.yaml:8:13 error DUPLICATE_NAME");
  expect(io.out()).toContain("  7 |   - { name: a, respond: { message: stey } }\n");
  expect(io.out()).toMatch(/app\/flow\.yaml is not valid: \d errors/);
});

describe("flow validate reads", () => {
  test("standard input", async () => {
    await using io = await createFakeIo({ stdin: async () => flowWith("rules: []\n") });
    expect((await runJson(io, "flow validate -")).json).toMatchObject({ valid: true, file: "-" });
  });

  test("JSON", async () => {
    await using io = await createFakeIo();
    const message = {
      defaultLocale: "en-US",
      locales: { "en-US": { header: "Stay", body: "Do." } },
    };
    const flow = { version: 1, app: "a", messages: { stay: message }, rules: [] };
    await writeFiles(io, {
      "flow.json": JSON.stringify({ ...flow, fallback: { message: "stay" } }),
    });
    expect(await run(io, "flow validate flow.json")).toBe(0);
    expect(io.out()).toContain("without a catalog");
  });

  test("message files, and points into them", async () => {
    await using io = await createFakeIo();
    await writeFiles(io, {
      "flow.yaml": flowWith("messageFiles: [texts/more.yaml]\nrules: []\n"),
      "texts/more.yaml": "go:\n  defaultLocale: en-US\n  locales: { en-US: { header: Go } }\n",
    });
    const { json } = await runJson(io, "flow validate");
    expect(json["issues"]).toMatchObject([{ severity: "error", file: "texts/more.yaml", line: 3 }]);
  });

  test("another catalog", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    await writeFiles(io, {
      "none.json": JSON.stringify({ bundleId: "com.example.yoga", products: [] }),
    });
    const { code, json } = await runJson(io, "flow validate --catalog none.json");
    expect(code).toBe(2);
    expect(JSON.stringify(json)).toContain("UNKNOWN_PRODUCT");
  });

  test("what Apple has reviewed", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    await writeFiles(io, { "states.json": JSON.stringify({ messages: {}, images: {} }) });
    const line = "flow validate --environment production --review-states states.json";
    const { code, json } = await runJson(io, line);
    expect(code).toBe(2);
    expect(JSON.stringify(json)).toContain("NO_APPROVED_TEXT");
  });
});

describe("flow validate refuses", () => {
  test.each([
    ["a flow that is not there", "flow validate none.yaml", "FILE_UNREADABLE"],
    ["a directory", "flow validate .", "FILE_UNREADABLE"],
    ["a catalog that is not there", "flow validate --catalog none.json", "FILE_UNREADABLE"],
    ["a catalog that is no JSON", "flow validate --catalog flow.yaml", "JSON_MALFORMED"],
    ["a catalog that is none", "flow validate --catalog states.json", "CATALOG_MALFORMED"],
    [
      "review states of no environment",
      "flow validate --review-states states.json",
      "OPTION_MISSING",
    ],
    [
      "review states that are none",
      "flow validate --environment sandbox --review-states catalog.json",
      "REVIEW_STATES_MALFORMED",
    ],
  ])("%s", async (_, line, code) => {
    await using io = await createFakeIo();
    await copyYoga(io);
    await writeFiles(io, { "states.json": `{"messages":{},"images":{}}` });
    expect(await run(io, `${line} --output json`)).toBe(2);
    expect(errorOf(io)["code"]).toBe(code);
    expect(io.out()).toBe("");
  });
});
