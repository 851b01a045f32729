import { DEFAULT_MAX_BODY_BYTES } from "@holdfast/api";
import type { Route } from "@holdfast/api";
import { describe, expect, test } from "vitest";
import type { CallOptions } from "../http/testing/test-control.ts";
import { pathWith } from "./testing/documented-operations.ts";
import { allRefused, judgeRefusals, goodRequest, openStage } from "./testing/route-cases.ts";
import type { RefusalCase } from "./testing/route-cases.ts";

/** What a path of an operation looks like, whatever its parameters are. */
function patternOf({ path }: Route): RegExp {
  return new RegExp(`^${path.replaceAll(/\{[A-Za-z]+\}/g, "[^/]+")}$`);
}

test("every operation of the API is served", async () => {
  const { missing } = await openStage();
  expect(missing).toEqual([]);
});

describe("what is refused before anybody looks at fields", () => {
  test("another method, naming those there are", async () => {
    const stage = await openStage();
    const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    const takenAt = (path: string): readonly string[] => {
      const { pathname } = new URL(path, "https://control.test");
      const matching = stage.operations.filter(({ route }) => patternOf(route).test(pathname));
      return matching.map(({ route }) => route.method);
    };
    const judged = await judgeRefusals(stage, (operation) => {
      const taken = takenAt(stage.pathOf(operation));
      return methods
        .filter((method) => !taken.includes(method))
        .map((method) => ({
          operation,
          what: method,
          method,
          options: { token: stage.tokens.admin },
          code: "METHOD_NOT_ALLOWED",
        }));
    });
    expect(judged).toEqual(allRefused(428));
    for (const [path, operations] of Map.groupBy(stage.operations, ({ route }) => route.path)) {
      const taken: readonly string[] = operations.map(({ route }) => route.method);
      const { headers } = await stage.control.call("OPTIONS", path);
      const allow = headers.get("allow")?.split(", ") ?? [];
      const withHead = taken.includes("GET") ? [...taken, "HEAD"] : taken;
      expect([path, allow.toSorted()]).toEqual([path, withHead.toSorted()]);
    }
  });

  test("a body that is none, of another type, or too large", async () => {
    const stage = await openStage();
    const judged = await judgeRefusals(stage, (operation) => {
      const { route, body } = operation;
      if (body === undefined) return [];
      const good = goodRequest({ operation, stage });
      const json = { ...good.headers, "Content-Type": "application/json" };
      const limit = route.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
      const text = JSON.stringify(body.example);
      const wrong: readonly (readonly [string, CallOptions, RefusalCase["code"]])[] = [
        ["no body", { body: undefined, headers: json }, "INPUT_INVALID"],
        ["no JSON", { body: `${text},`, headers: json }, "INPUT_INVALID"],
        ["half of it", { body: text.slice(0, -1), headers: json }, "INPUT_INVALID"],
        ["a form", form("application/x-www-form-urlencoded"), "MEDIA_TYPE_UNSUPPORTED"],
        ["text", form("text/plain"), "MEDIA_TYPE_UNSUPPORTED"],
        ["no type", form(""), "MEDIA_TYPE_UNSUPPORTED"],
        ["too much", { body: text + " ".repeat(limit), headers: json }, "BODY_TOO_LARGE"],
      ];
      function form(type: string): CallOptions {
        return { body: text, headers: { ...good.headers, "Content-Type": type } };
      }
      return wrong.map(([what, options, code]) => ({
        operation,
        what,
        options: { ...good, ...options },
        code,
      }));
    });
    expect(judged).toEqual(allRefused(245));
  });

  test("a body where none is taken", async () => {
    const stage = await openStage();
    const judged = await judgeRefusals(stage, (operation) => {
      const { route, body } = operation;
      if (body !== undefined || route.method === "GET") return [];
      const options = { ...goodRequest({ operation, stage }), body: {} };
      const issueAt = ["body"];
      return [{ operation, what: "a body", options, code: "INPUT_INVALID", issueAt }];
    });
    expect(judged).toEqual(allRefused(19));
  });
});

describe("what is refused in the path, the query and the headers", () => {
  test("a parameter of another form, naming it", async () => {
    const stage = await openStage();
    const candidates = ["no such thing", "\u0000", "é", "x".repeat(300), "-1", "\u0007"];
    const judged = await judgeRefusals(stage, (operation) => {
      const { route, examples } = operation;
      return Object.entries(route.params ?? {}).flatMap(([name, schema]) =>
        candidates
          .filter((text) => !schema.safeParse(text).success)
          .map((text) => ({
            operation,
            what: `${name} is ${JSON.stringify(text.slice(0, 20))}`,
            path: pathWith(route, { ...examples, ...stage.params, [name]: text }),
            options: goodRequest({ operation, stage }),
            code: "INPUT_INVALID",
            issueAt: ["params", name],
          })),
      );
    });
    expect(judged).toEqual(allRefused(730));
  });

  test("a member of the query that is not known, or of another form, naming it", async () => {
    const stage = await openStage();
    const candidates = ["", "no such thing", "\u0000", "1.5", "-1", "x".repeat(2000)];
    const judged = await judgeRefusals(stage, (operation) => {
      const options = goodRequest({ operation, stage });
      const wrong = [
        ["misspelled", "1"] as const,
        ...Object.entries(operation.route.query ?? {}).flatMap(([name, schema]) =>
          candidates
            .filter((text) => !schema.safeParse(text).success)
            .map((text) => [name, text] as const),
        ),
      ];
      return wrong.map(([name, text]) => ({
        operation,
        what: `?${name}=${JSON.stringify(text.slice(0, 20))}`,
        path: `${stage.pathOf(operation)}?${new URLSearchParams({ [name]: text }).toString()}`,
        options,
        code: "INPUT_INVALID",
        issueAt: ["query", name],
      }));
    });
    expect(judged).toEqual(allRefused(430));
  });

  test("an edit without If-Match, or with one that names nothing", async () => {
    const stage = await openStage();
    const judged = await judgeRefusals(stage, (operation) => {
      if (operation.route.etag !== "required") return [];
      const good = goodRequest({ operation, stage });
      const issueAt = ["headers", "If-Match"];
      return [
        {
          operation,
          what: "no If-Match",
          options: { ...good, headers: {} },
          code: "PRECONDITION_REQUIRED",
        },
        ...["*", "1", '"1", "2"', `"${"x".repeat(300)}"`].map(
          (header) =>
            ({
              operation,
              what: `If-Match: ${header}`,
              options: { ...good, headers: { "If-Match": header } },
              code: "INPUT_INVALID",
              issueAt,
            }) as const,
        ),
      ];
    });
    expect(judged).toEqual(allRefused(50));
  });

  test("a creation with a key that is none", async () => {
    const stage = await openStage();
    const judged = await judgeRefusals(stage, (operation) => {
      if (operation.route.isCreation !== true) return [];
      const good = goodRequest({ operation, stage });
      return ["two words", "é", "x".repeat(201)].map((key) => ({
        operation,
        what: `Idempotency-Key: ${key}`,
        options: { ...good, headers: { ...good.headers, "Idempotency-Key": key } },
        code: "INPUT_INVALID",
        issueAt: ["headers", "Idempotency-Key"],
      }));
    });
    expect(judged).toEqual(allRefused(51));
  });
});
