import { DEFAULT_MAX_BODY_BYTES, expectedErrors, routes } from "@holdfast/api";
import type { Route } from "@holdfast/api";
import { describe, expect, test } from "vitest";
import { createAccess } from "../access/index.ts";
import { createAuditFeature } from "../audit/index.ts";
import { openTestDatabase, SQLITE } from "../storage/testing/engines.ts";
import { createDocumentation, implement, missingOperations } from "./index.ts";
import type { Feature } from "./index.ts";
import { openTestControl, PUBLIC_URL } from "./testing/test-control.ts";
import type { Answer, CallOptions, TestControl } from "./testing/test-control.ts";

/** The groups whose operations are implemented here; every other group is another feature's. */
const OURS: ReadonlySet<string> = new Set(["Setup and sessions", "People", "Tokens", "Audit"]);

const OURS_ROUTES: readonly Route[] = Object.values(routes).filter(({ tag }) => OURS.has(tag));

const ALL_ROUTES: readonly Route[] = Object.values(routes);

/** Every other operation too, as one that would say "served": what stands before handlers is the same for all. */
const OTHERS: Feature = {
  operations: ALL_ROUTES.filter(({ tag }) => !OURS.has(tag)).map((route) =>
    implement(route, () => Promise.reject(new Error("reached its handler"))),
  ),
};

const LATER = "a00000000000000000000000000000000000000000000000000000000000000";

/** A path with something for every parameter: valid for most, and of no app anybody may see. */
function pathOf({ path }: Route, app = "somebodys"): string {
  return path.replaceAll("{app}", app).replaceAll(/\{[a-zA-Z]+\}/g, LATER);
}

/** What an edit must carry, so that only what a test is about is wrong. */
function headersOf({ etag }: Route): Readonly<Record<string, string>> {
  return etag === "required" ? { "If-Match": '"1"' } : {};
}

interface Prepared extends TestControl {
  readonly cookie: string;
}

async function prepare(): Promise<Prepared> {
  const control = await openTestControl(SQLITE, { features: [OTHERS] });
  return { ...control, cookie: await control.setUp() };
}

async function callRoute(control: TestControl, route: Route, options: CallOptions = {}) {
  const headers = { ...headersOf(route), ...options.headers };
  const body = route.body === undefined ? {} : { body: {} };
  return control.call(route.method, pathOf(route), { ...body, ...options, headers });
}

/** Returns which operation said what, for a failure to name it. */
function said({ operationId }: Route, { status, code }: Answer): string {
  return `${operationId} ${status} ${code}`;
}

/** What is wrong with a request of an operation, and the status it gets. */
function wrongRequests(route: Route): readonly (readonly [string, CallOptions, number])[] {
  const headers = headersOf(route);
  const json = { ...headers, "Content-Type": "application/json" };
  if (route.body === undefined) {
    const asText = { ...headers, "Content-Type": "text/plain" };
    return route.method === "GET" ? [] : [["a body", { body: "{}", headers: asText }, 400]];
  }
  const limit = route.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  return [
    ["no body", { headers: json }, 400],
    ["no JSON", { body: "{", headers: json }, 400],
    ["a list", { body: [], headers: json }, 400],
    ["a text", { body: '"text"', headers: json }, 400],
    ["a member nobody knows", { body: { misspelled: 1 }, headers: json }, 400],
    ["another type", { body: "{}", headers: { ...headers, "Content-Type": "text/plain" } }, 415],
    ["too much", { body: JSON.stringify("x".repeat(limit)), headers: json }, 413],
  ];
}

describe("access and audit", () => {
  test("implement every operation of their groups, and no other", async () => {
    const database = await openTestDatabase(SQLITE);
    const { feature } = createAccess({ database, publicUrl: PUBLIC_URL });
    const missing = missingOperations(routes, [feature, createAuditFeature(database)]);
    const others = ALL_ROUTES.filter(({ tag }) => !OURS.has(tag));
    expect(missing.map(({ operationId }) => operationId)).toEqual(
      others.map(({ operationId }) => operationId),
    );
    expect(OURS_ROUTES.length).toBeGreaterThan(15);
  });
});

describe("every operation", () => {
  const guarded = ALL_ROUTES.filter(({ access }) => access !== "public");

  test("is UNAUTHENTICATED without credentials, with wrong ones, and with both kinds mixed up", async () => {
    const control = await prepare();
    const secret = control.cookie.split("=")[1] ?? "";
    const attempts: readonly CallOptions[] = [
      {},
      { token: "hf_wrong" },
      // A session's secret is no token, and a wrong token does not fall back to a good cookie.
      { token: secret },
      { token: "hf_wrong", cookie: control.cookie },
      { cookie: "__Host-holdfast_session=wrong" },
      { cookie: `holdfast_session=${secret}` },
    ];
    for (const route of guarded) {
      for (const attempt of attempts) {
        const answer = await callRoute(control, route, attempt);
        expect([route.operationId, answer.status, answer.code]).toEqual([
          route.operationId,
          401,
          "UNAUTHENTICATED",
        ]);
        expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      }
    }
  });

  test("is FORBIDDEN with the role below the one it asks for, before its body is looked at", async () => {
    const control = await prepare();
    const below = {
      editor: await control.token(control.cookie, "viewer"),
      publisher: await control.token(control.cookie, "editor"),
      admin: await control.token(control.cookie, "publisher"),
      runtime: await control.token(control.cookie, "admin"),
    };
    for (const route of guarded) {
      const { access } = route;
      if (access === "public" || access === "authenticated" || access === "viewer") continue;
      const answer = await callRoute(control, route, { token: below[access] });
      expect([route.operationId, answer.status]).toEqual([route.operationId, 403]);
    }
  });

  test("is FORBIDDEN for a runtime's token but those for runtimes and readSession", async () => {
    const control = await prepare();
    const token = await control.token(control.cookie, "runtime");
    const admitted: string[] = [];
    for (const route of guarded) {
      const answer = await callRoute(control, route, { token });
      if (answer.status !== 403) admitted.push(route.operationId);
    }
    const forRuntimes = guarded.filter(({ access }) => access === "runtime");
    expect(admitted).toEqual(["readSession", ...forRuntimes.map(({ operationId }) => operationId)]);
  });

  test("is NOT_FOUND for another app, whether the caller may do it there or not", async () => {
    const control = await prepare();
    const admin = await control.token(control.cookie, "admin", ["yoga"]);
    const runtime = await control.token(control.cookie, "runtime", ["yoga"]);
    for (const route of guarded.filter(({ path }) => path.includes("{app}"))) {
      const token = route.access === "runtime" ? runtime : admin;
      const answer = await callRoute(control, route, { token });
      expect([route.operationId, answer.status]).toEqual([route.operationId, 404]);
      const own = await control.call(route.method, pathOf(route, "yoga"), {
        token,
        headers: { ...headersOf(route), "Content-Type": "application/json" },
        ...(route.body === undefined ? {} : { body: "{" }),
      });
      expect([route.operationId, [400, 500].includes(own.status)]).toEqual([
        route.operationId,
        true,
      ]);
    }
  });

  test("that names no app is FORBIDDEN for a role of some apps, unless it heeds them", async () => {
    const control = await prepare();
    const token = await control.token(control.cookie, "admin", ["yoga"]);
    const global = guarded.filter(
      ({ path, access }) =>
        !path.includes("{app}") && !["authenticated", "runtime"].includes(access),
    );
    for (const route of global) {
      const { status } = await callRoute(control, route, { token });
      const expected = route.operationId === "listAudit" ? 200 : 403;
      expect([route.operationId, status]).toEqual([route.operationId, expected]);
    }
  });

  test("that changes something is FORBIDDEN from another site's page", async () => {
    const control = await prepare();
    const foreign: readonly Readonly<Record<string, string>>[] = [
      { "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site" },
      { "Sec-Fetch-Site": "none" },
      { Origin: "https://evil.example" },
      { Origin: "null" },
      { Origin: "http://control.test" },
    ];
    for (const route of ALL_ROUTES.filter(({ method }) => method !== "GET")) {
      for (const headers of foreign) {
        const answer = await callRoute(control, route, { cookie: control.cookie, headers });
        expect(said(route, answer)).toBe(`${route.operationId} 403 FORBIDDEN`);
      }
    }
  });

  test("that changes something is FORBIDDEN with a cookie and without what a browser and our pages add", async () => {
    const control = await prepare();
    const without: readonly Readonly<Record<string, string>>[] = [
      { "Sec-Fetch-Site": "", Origin: "" },
      { "X-Holdfast-Client": "" },
    ];
    for (const route of guarded.filter(({ method }) => method !== "GET")) {
      for (const headers of without) {
        const answer = await callRoute(control, route, { cookie: control.cookie, headers });
        expect(said(route, answer)).toBe(`${route.operationId} 403 FORBIDDEN`);
      }
    }
  });

  test("refuses bad input with its documented 4xx", async () => {
    const control = await prepare();
    const { cookie } = control;
    const tokens = {
      admin: await control.token(cookie, "admin"),
      runtime: await control.token(cookie, "runtime"),
    };
    for (const route of ALL_ROUTES) {
      // A session, where only a person is served.
      const isPersonal = route.operationId === "changePassword";
      const token = tokens[route.access === "runtime" ? "runtime" : "admin"];
      const caller = isPersonal ? { cookie } : { token };
      for (const [what, options, status] of wrongRequests(route)) {
        const answer = await control.call(route.method, pathOf(route), { ...caller, ...options });
        const { code, json, headers } = answer;
        expect([route.operationId, what, answer.status]).toEqual([route.operationId, what, status]);
        expect(expectedErrors(route).map(String)).toContain(code);
        expect(json).toMatchObject({ error: { requestId: headers.get("x-request-id") } });
      }
    }
  });

  test("refuses what is not in its path's query, and an If-Match that is none", async () => {
    const control = await prepare();
    const admin = await control.token(control.cookie, "admin");
    const runtime = await control.token(control.cookie, "runtime");
    for (const route of ALL_ROUTES) {
      const token = route.access === "runtime" ? runtime : admin;
      const body = route.body === undefined ? {} : { body: {} };
      const unknown = await control.call(route.method, `${pathOf(route)}?misspelled=1`, {
        token,
        headers: headersOf(route),
        ...body,
      });
      expect(said(route, unknown)).toBe(`${route.operationId} 400 INPUT_INVALID`);
      expect(`${route.operationId} ${unknown.text}`).toContain("misspelled");
      if (route.etag !== "required") continue;
      const any = await callRoute(control, route, { token, headers: { "If-Match": "*" } });
      expect(`${route.operationId} ${any.text}`).toContain("If-Match");
    }
  });

  test("is METHOD_NOT_ALLOWED with another method, and Allow names those it has", async () => {
    const control = await prepare();
    for (const route of ALL_ROUTES) {
      const path = pathOf(route);
      const answer = await control.call("OPTIONS", path);
      expect([path, answer.status, answer.code]).toEqual([path, 405, "METHOD_NOT_ALLOWED"]);
      expect(answer.headers.get("allow")?.split(", ")).toContain(route.method);
    }
  });
});

describe("createDocumentation()", () => {
  test("serves the document and the page of the operations that are served, and of no other", async () => {
    const features = [OTHERS];
    const documentation = createDocumentation({ features, version: "1.2.3" });
    const { call } = await openTestControl(SQLITE, { features: [OTHERS, documentation] });
    const document = await call("GET", "/openapi.json");
    expect(document.json).toMatchObject({ openapi: "3.1.1", info: { version: "1.2.3" } });
    expect(document.text).toContain('"/v1/apps"');
    expect(document.text).not.toContain('"/v1/people"');
    const page = await call("GET", "/reference");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page.text).toContain("createApp");
    expect((await call("POST", "/reference")).headers.get("allow")).toBe("GET, HEAD");
  });
});
