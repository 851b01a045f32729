import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectedErrors } from "../contract/expected-errors.ts";
import type { Route } from "../contract/route.ts";
import { ApiRefusal } from "../errors/api-refusal.ts";
import { errorBodySchema } from "../errors/api-error-schema.ts";
import { exampleOf } from "../openapi/example-of.ts";
import { isRecord } from "../openapi/is-record.ts";
import { createSchemaCollector } from "../openapi/schema-collector.ts";
import { routes } from "../resources/routes.ts";
import { decodeFields } from "./decode-fields.ts";
import { parseRequest } from "./parse-request.ts";
import type { RawRequest } from "./parse-request.ts";

const all: readonly Route[] = Object.values(routes);
const named = all.map((route) => [route.operationId, route] as const);

function exampleBody(route: Route): unknown {
  if (route.body === undefined) return undefined;
  const collector = createSchemaCollector();
  return exampleOf(collector.schemaOf(route.body), collector.components);
}

/** A request of the operation that is right, made of its examples. */
function goodRequest(route: Route): RawRequest & { readonly headers: Headers } {
  const collector = createSchemaCollector();
  const params = Object.entries(route.params ?? {}).map(([name, field]) => [
    name,
    String(exampleOf(collector.schemaOf(field), collector.components)),
  ]);
  const headers = new Headers({ "Content-Type": "application/json", "If-Match": '"7"' });
  const bodyText = route.body === undefined ? undefined : JSON.stringify(exampleBody(route));
  const query = new URLSearchParams(route.operationId === "diffVersions" ? "from=1" : "");
  return { params: Object.fromEntries(params) as Record<string, string>, query, headers, bodyText };
}

/** The parameters a handler gets of {@link goodRequest}. */
function goodInput(route: Route): unknown {
  return route.schemas.params.parse(decodeFields(goodRequest(route).params, route.params ?? {}));
}

/** The refusal of a request; fails where there is none, or another error. */
function refusalOf(route: Route, raw: RawRequest): ApiRefusal {
  try {
    parseRequest(route, raw);
  } catch (error) {
    if (error instanceof ApiRefusal) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

function issuesOf(route: Route, raw: RawRequest): readonly string[] {
  const refusal = refusalOf(route, raw);
  expect(refusal.code).toBe("INPUT_INVALID");
  return (refusal.facts.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("parseRequest() of every operation", () => {
  test.each(named)("takes a request of %s made of its examples", (_, route) => {
    expect(parseRequest(route, goodRequest(route))).toMatchObject({ params: goodInput(route) });
  });

  test.each(named)("refuses a query that %s does not know", (_, route) => {
    const query = new URLSearchParams(goodRequest(route).query);
    query.set("lmit", "5");
    expect(issuesOf(route, { ...goodRequest(route), query })).toEqual([
      "query.lmit: is not known here; remove it, or mend its spelling",
    ]);
  });

  const withBody = named.filter(([, route]) => route.body !== undefined);

  test.each(withBody)("refuses a body of another type for %s", (_, route) => {
    const good = goodRequest(route);
    for (const value of [null, true, 7, "text", []]) {
      expect(issuesOf(route, { ...good, bodyText: JSON.stringify(value) }).join()).toContain(
        "body: expected an object",
      );
    }
  });

  test.each(withBody)("refuses an unknown, a missing and a wrong member for %s", (_, route) => {
    const good = goodRequest(route);
    const body = exampleBody(route);
    if (!isRecord(body)) throw new Error("expected an object");
    const send = (value: object) =>
      issuesOf(route, { ...good, bodyText: JSON.stringify(value) }).join("\n");
    expect(send({ ...body, surprise: 1 })).toContain("body.surprise: is not known here");
    for (const name of Object.keys(body)) {
      // No field takes an object in an array in an array.
      expect(send({ ...body, [name]: [[{}]] })).toContain(`body.${name}`);
    }
  });

  test.each(withBody)("refuses a missing and a malformed body for %s", (_, route) => {
    const good = goodRequest(route);
    expect(issuesOf(route, { ...good, bodyText: "" })).toEqual(["body: is missing; expected JSON"]);
    for (const bodyText of ["{", "undefined", '{"a":1}}', "\u0000", "NaN"]) {
      expect(issuesOf(route, { ...good, bodyText })).toEqual(["body: expected JSON"]);
    }
  });

  test.each(withBody)("refuses a body too large or of another media type for %s", (_, route) => {
    const good = goodRequest(route);
    const tooLong = `"${"a".repeat((route.maxBodyBytes ?? 64 * 1024) - 1)}"`;
    expect(refusalOf(route, { ...good, bodyText: tooLong })).toMatchObject({
      code: "BODY_TOO_LARGE",
      status: 413,
    });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"]) {
      const headers = new Headers({ ...Object.fromEntries(good.headers), "content-type": type });
      expect(refusalOf(route, { ...good, headers })).toMatchObject({
        code: "MEDIA_TYPE_UNSUPPORTED",
        status: 415,
      });
    }
  });

  const withoutBody = named.filter(([, route]) => route.body === undefined);

  test.each(withoutBody)("refuses a body for %s", (_, route) => {
    expect(issuesOf(route, { ...goodRequest(route), bodyText: "{}" })).toEqual([
      "body: expected no body",
    ]);
  });

  const edits = named.filter(([, route]) => route.etag === "required");

  test.each(edits)("asks for one ETag in If-Match for %s", (_, route) => {
    const good = goodRequest(route);
    const withMatch = (value: string | undefined): RawRequest => {
      const headers = new Headers({ "Content-Type": "application/json" });
      if (value !== undefined) headers.set("If-Match", value);
      return { ...good, headers };
    };
    expect(refusalOf(route, withMatch(undefined))).toMatchObject({
      code: "PRECONDITION_REQUIRED",
      status: 428,
    });
    for (const value of ["*", "7", '"7", "8"', '"7', ""]) {
      expect(issuesOf(route, withMatch(value)).join()).toContain(
        "headers.If-Match: expected one ETag",
      );
    }
    expect(parseRequest(route, withMatch('W/"7"'))).toMatchObject({ ifMatch: '"7"' });
  });

  const creations = named.filter(([, route]) => route.isCreation === true);

  test.each(creations)("takes an Idempotency-Key for %s", (_, route) => {
    const good = goodRequest(route);
    const withKey = (key: string): RawRequest => ({
      ...good,
      headers: new Headers({ "Content-Type": "application/json", "Idempotency-Key": key }),
    });
    expect(parseRequest(route, withKey("a-key"))).toMatchObject({ idempotencyKey: "a-key" });
    for (const key of ["", "two words", "a".repeat(201)]) {
      expect(issuesOf(route, withKey(key)).join()).toContain("headers.Idempotency-Key: expected");
    }
  });
});

function readAudit(query: string): object {
  const route = routes.listAudit;
  return parseRequest(route, { ...goodRequest(route), query: new URLSearchParams(query) }).query;
}

/** A JSON text of so many bytes, of which the characters take two each. */
function bodyOfBytes(bytes: number): string {
  return `"${"é".repeat((bytes - 2) / 2)}"`;
}

/** What comes of a request: nothing, or its refusal; any other error passes. */
function outcomeOf(route: Route, raw: RawRequest): ApiRefusal | undefined {
  try {
    parseRequest(route, raw);
    return undefined;
  } catch (error) {
    if (error instanceof ApiRefusal) return error;
    throw error;
  }
}

/** A refusal that the operation's description does not have; undefined where all is as it says. */
function undocumentedIn(route: Route, raw: RawRequest): ApiRefusal | undefined {
  const refusal = outcomeOf(route, raw);
  if (refusal === undefined) return undefined;
  const body = refusal.toBody();
  const isDocumented = expectedErrors(route).includes(refusal.code) && refusal.status < 500;
  return isDocumented && isDeepStrictEqual(errorBodySchema.parse(body), body) ? undefined : refusal;
}

describe("parseRequest()", () => {
  const { createApp, listApps, addConnectKey, readVersion } = routes;

  test("names everything that is wrong at once, and shows no value", () => {
    const body = {
      id: "a b",
      name: 7,
      appAppleId: "s3cret-value",
      extra: 1,
      environments: { staging: {} },
    };
    const found = issuesOf(createApp, {
      ...goodRequest(createApp),
      query: new URLSearchParams("x=1"),
      bodyText: JSON.stringify(body),
    });
    expect(found).toEqual([
      "query.x: is not known here; remove it, or mend its spelling",
      "body.id: expected letters, digits, _ and -, at most 64 in all",
      "body.name: expected a text, got another number",
      "body.bundleId: is missing; expected a text",
      "body.appAppleId: expected a number, got another text",
      "body.environments.staging: is not known here; remove it, or mend its spelling",
      "body.extra: is not known here; remove it, or mend its spelling",
    ]);
  });

  test("reads numbers of a query, and fills in defaults", () => {
    expect(readAudit("")).toEqual({ limit: 50 });
    expect(readAudit("limit=200&from=0&environment=sandbox")).toEqual({
      limit: 200,
      from: 0,
      environment: "sandbox",
    });
  });

  test.each(["", "0", "201", "-1", "1.5", "1e2", "0x10", " 7", "07", "９", "NaN", "1&limit=2"])(
    "refuses limit=%s",
    (limit) => {
      const query = new URLSearchParams(`limit=${limit}`);
      expect(issuesOf(listApps, { ...goodRequest(listApps), query }).join()).toMatch(
        /^query\.limit: /,
      );
    },
  );

  test("reads a number in the path", () => {
    const raw = { ...goodRequest(readVersion), params: { app: "yoga", version: "42" } };
    expect(parseRequest(readVersion, raw).params).toEqual({ app: "yoga", version: 42 });
  });

  test.each([
    [{ kind: "team", issuerId: undefined }],
    [{ kind: "individual", issuerId: "57246542" }],
  ])("refuses a key whose issuer does not fit its kind: %j", (change) => {
    const body = { ...(exampleBody(addConnectKey) as object), ...change };
    const raw = { ...goodRequest(addConnectKey), bodyText: JSON.stringify(body) };
    expect(issuesOf(addConnectKey, raw)).toEqual([
      "body.issuerId: expected an issuer for a team's key, and none for an individual one",
    ]);
  });

  test.each([
    ["NUL", "a\u0000b"],
    ["a line end", "a\nb"],
    ["half a surrogate pair", "a\ud800b"],
    ["nothing", ""],
    ["121 characters", "a".repeat(121)],
  ])("refuses a name with %s", (_, name) => {
    const body = { ...(exampleBody(createApp) as object), name };
    const raw = { ...goodRequest(createApp), bodyText: JSON.stringify(body) };
    expect(issuesOf(createApp, raw).join()).toMatch(/^body\.name: expected/);
  });

  test("counts a body's bytes, not its characters", () => {
    const limit = 64 * 1024;
    const route = routes.createToken;
    const raw = goodRequest(route);
    expect(refusalOf(route, { ...raw, bodyText: bodyOfBytes(limit) }).code).toBe("INPUT_INVALID");
    expect(refusalOf(route, { ...raw, bodyText: bodyOfBytes(limit + 2) }).code).toBe(
      "BODY_TOO_LARGE",
    );
  });
});

describe("parseRequest() whatever comes", () => {
  const anyText = fc.string({ unit: "binary", maxLength: 40 });
  const dictionary = fc.dictionary(
    fc.oneof(anyText, fc.constantFrom("__proto__", "constructor", "app")),
    anyText,
  );
  const header = fc.string({ maxLength: 30 }).filter((value) => /^[\x20-\x7e]*$/.test(value));

  /** Bodies of any JSON, and those of the operation with one member exchanged for any JSON. */
  const bodiesOf = (route: Route): fc.Arbitrary<string | undefined> => {
    const good = exampleBody(route);
    const changed = isRecord(good)
      ? fc
          .tuple(fc.constantFrom(...Object.keys(good), "__proto__", "toString"), fc.json())
          .map(
            ([name, json]) =>
              `${JSON.stringify(good).slice(0, -1)},${JSON.stringify(name)}:${json}}`,
          )
      : fc.constant("{}");
    return fc.oneof(fc.constant(undefined), fc.json(), anyText, changed);
  };

  const requests = fc.constantFrom(...all).chain((route) =>
    fc.record({
      route: fc.constant(route),
      params: fc.oneof(fc.constant(goodRequest(route).params), dictionary),
      query: fc.oneof(fc.constant({}), dictionary),
      ifMatch: fc.option(header),
      key: fc.option(header),
      type: fc.constantFrom(
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
        "",
      ),
      bodyText: bodiesOf(route),
    }),
  );

  test("returns an input, or refuses with a documented 4xx", () => {
    fc.assert(
      fc.property(requests, ({ route, params, query, ifMatch, key, type, bodyText }) => {
        const headers = new Headers({ "Content-Type": type });
        if (ifMatch !== null) headers.set("If-Match", ifMatch);
        if (key !== null) headers.set("Idempotency-Key", key);
        const raw = { params, query: new URLSearchParams(query), headers, bodyText };
        expect(undocumentedIn(route, raw)).toBeUndefined();
      }),
      { numRuns: 3000 },
    );
  });

  test("answers thousands of unknown members and deep nesting with a short refusal", () => {
    const route = routes.createApp;
    const names = Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join();
    const deep = `{"name":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    for (const bodyText of [`{${names}}`, deep]) {
      const refusal = refusalOf(route, { ...goodRequest(route), bodyText });
      expect(refusal.facts.issues?.length).toBeLessThanOrEqual(500);
      expect(JSON.stringify(refusal.toBody()).length).toBeLessThan(100_000);
    }
  });

  test("repeats of a long name only its beginning", () => {
    const route = routes.createToken;
    const bodyText = JSON.stringify({ ["x".repeat(5000)]: 1 });
    const refusal = refusalOf(route, { ...goodRequest(route), bodyText });
    expect(refusal.facts.issues?.at(-1)?.path).toEqual(["body", `${"x".repeat(64)}…`]);
  });
});
