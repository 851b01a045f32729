import type { ApiClock } from "@holdfast/appstore/http";
import { describe, expect, expectTypeOf, test } from "vitest";
import { ApiRefusal } from "../errors/api-refusal.ts";
import type { RefusalFacts } from "../errors/api-refusal.ts";
import { refusalResponse } from "../answers/answer-response.ts";
import type { ApiErrorCode } from "../errors/api-error-codes.ts";
import { readCursor, writeCursor } from "../paging/cursor.ts";
import { etagOf } from "../requests/conditional-headers.ts";
import { routes } from "../resources/routes.ts";
import { createMemoryServer, serve } from "../testing/memory-server.ts";
import type { MemoryServer } from "../testing/memory-server.ts";
import { ApiCallError } from "./api-call-error.ts";
import { createApiClient } from "./api-client.ts";
import type { ApiClientOptions } from "./api-client.ts";

const TOKEN = "a-token-nobody-should-see";
const NOW = 1_795_251_600_000;
const { createApp, readApp, updateApp, deleteApp, listApps, readCatalog, readHealth } = routes;

type App = Parameters<typeof appsOf>[0][number];

interface StoredApp {
  readonly id: string;
  readonly name: string;
}

function appsOf(apps: readonly StoredApp[]) {
  return apps.map((app) => ({
    ...app,
    bundleId: `com.example.${app.id}`,
    appAppleId: 1,
    environments: {},
    createdAt: NOW,
    updatedAt: NOW,
  }));
}

/** A server with apps in memory: what a control plane does with these operations, in short. */
function startServer(names: readonly string[] = []): MemoryServer {
  const apps = new Map<string, App & { version: number }>(
    names.map((id) => [id, { id, name: id, version: 1 }]),
  );
  const answer = (id: string) => {
    const app = apps.get(id);
    if (app === undefined) throw new ApiRefusal("NOT_FOUND", `readApp: there is no app ${id}`);
    // A column of the store that the operation does not describe.
    const row = { ...appsOf([app])[0], secretColumn: TOKEN };
    return { body: row as ReturnType<typeof appsOf>[number], etag: etagOf(app.version) };
  };
  return createMemoryServer([
    serve(createApp, async ({ body }) => {
      if (apps.has(body.id)) throw new ApiRefusal("CONFLICT", `the app ${body.id} is there`);
      apps.set(body.id, { id: body.id, name: body.name, version: 1 });
      return answer(body.id);
    }),
    serve(readApp, async ({ params }) => answer(params.app)),
    serve(updateApp, async ({ params, body, ifMatch }) => {
      const { etag, body: app } = answer(params.app);
      if (etag !== ifMatch) {
        throw new ApiRefusal("PRECONDITION_FAILED", "it changed", { current: { etag } });
      }
      const version = Number(etag.slice(1, -1)) + 1;
      apps.set(app.id, { id: app.id, name: body.name ?? app.name, version });
      return answer(app.id);
    }),
    serve(deleteApp, async ({ params }) => {
      apps.delete(params.app);
      return {};
    }),
    serve(listApps, async ({ query: { limit, cursor } }) => {
      const [after] =
        cursor === undefined
          ? [""]
          : readCursor(cursor, { operationId: "listApps", kinds: ["string"] });
      const rest = [...apps.values()].filter(({ id }) => id > after);
      const items = appsOf(rest.slice(0, limit));
      const last = items.at(-1);
      const isLast = last === undefined || rest.length <= limit;
      return {
        body: { items, ...(isLast ? {} : { nextCursor: writeCursor("listApps", [last.id]) }) },
      };
    }),
    serve(readCatalog, async () => ({
      body: {
        bundleId: "com.example.yoga",
        appAppleId: 1,
        subscriptionGroups: [],
        products: [],
        syncedAt: NOW,
      },
      etag: etagOf(4),
    })),
    serve(readHealth, async () => ({ body: { isOk: true } })),
  ]);
}

/** A clock that stands still but for sleeps, and what these were. */
function stillClock(): ApiClock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => NOW + slept.reduce((sum, ms) => sum + ms, 0),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
    },
  };
}

function connect(server: MemoryServer, options: Partial<ApiClientOptions> = {}) {
  const clock = stillClock();
  let made = 0;
  const client = createApiClient({
    baseUrl: "https://holdfast.example.com/",
    token: TOKEN,
    fetch: server.fetch,
    clock,
    random: () => 0.5,
    newKey: () => `key-${(made += 1)}`,
    ...options,
  });
  return { client, clock };
}

/** The error a call ends with; fails where it ends well. */
async function errorOf(call: Promise<unknown>): Promise<ApiCallError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiCallError) return error;
  throw new Error("expected an ApiCallError", { cause: error });
}

function refused(code: ApiErrorCode, facts: RefusalFacts = {}): Response {
  return refusalResponse(new ApiRefusal(code, "no", facts));
}

/** A `fetch` that waits until it is ended. */
async function neverAnswers(_url: string, init: RequestInit): Promise<Response> {
  return new Promise((_resolve, reject) => {
    init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
  });
}

const newApp = {
  id: "yoga",
  name: "Yoga",
  bundleId: "com.example.yoga",
  appAppleId: 1,
  environments: {},
};

describe("createApiClient() against the operations' own server", () => {
  test("creates, reads, edits and deletes", async () => {
    const { client } = connect(startServer());
    const created = await client.call(createApp, { body: newApp });
    expectTypeOf(created.body.name).toEqualTypeOf<string>();
    expectTypeOf(created.etag).toEqualTypeOf<string>();
    const params = { app: "yoga" };
    const read = await client.call(readApp, { params });
    expect(read.body).toEqual(created.body);
    const edited = await client.call(updateApp, {
      params,
      body: { name: "Yoga Plus" },
      ifMatch: read.etag,
    });
    expect(edited.body.name).toBe("Yoga Plus");
    expect(edited.etag).not.toBe(read.etag);
    const deleted = await client.call(deleteApp, { params, ifMatch: edited.etag });
    expectTypeOf(deleted.body).toEqualTypeOf<undefined>();
    await expect(client.call(readApp, { params })).rejects.toMatchObject({
      code: "NOT_FOUND",
      status: 404,
    });
  });

  test("gets nothing that an operation does not describe", async () => {
    const server = startServer(["yoga"]);
    const response = await server.fetch("https://holdfast.example.com/v1/apps/yoga", {
      method: "GET",
    });
    expect(await response.text()).not.toContain(TOKEN);
  });

  test("says what is there now when somebody else was first", async () => {
    const { client } = connect(startServer(["yoga"]));
    const input = { params: { app: "yoga" }, body: { name: "x" }, ifMatch: '"0"' };
    expect(await errorOf(client.call(updateApp, input))).toMatchObject({
      code: "PRECONDITION_FAILED",
      status: 412,
      current: { etag: '"1"' },
    });
  });

  test("has every issue of what it sent", async () => {
    const { client } = connect(startServer());
    const error = await errorOf(
      client.call(createApp, { body: { ...newApp, id: "a b", name: "" } }),
    );
    expect(error.code).toBe("INPUT_INVALID");
    expect(error.issues.map(({ path }) => path.join("."))).toEqual(["body.id", "body.name"]);
    expect(error.advice).toContain("issues");
  });

  test("pages through a list, page by page", async () => {
    const server = startServer(["a", "b", "c", "d", "e"]);
    const { client } = connect(server);
    const ids: string[] = [];
    const requestsBefore: number[] = [];
    for await (const app of client.items(listApps, { query: { limit: 2 } })) {
      expectTypeOf(app.bundleId).toEqualTypeOf<string>();
      ids.push(app.id);
      requestsBefore.push(server.requests.length);
    }
    expect(ids).toEqual(["a", "b", "c", "d", "e"]);
    expect(requestsBefore).toEqual([1, 1, 2, 2, 3]);
  });

  test("is told that nothing changed", async () => {
    const { client } = connect(startServer());
    const params = { app: "yoga" };
    const first = await client.call(readCatalog, { params });
    expect(first).toMatchObject({ isUnchanged: false, body: { appAppleId: 1 }, etag: '"4"' });
    const again = await client.call(readCatalog, { params, ifNoneMatch: String(first.etag) });
    expect(again).toMatchObject({ isUnchanged: true, etag: '"4"' });
  });
});

describe("createApiClient()", () => {
  test("sends the token, and the path and query encoded", async () => {
    const server = startServer();
    const { client } = connect(server);
    await errorOf(client.call(readApp, { params: { app: "a/../b?c" } }));
    await client.call(listApps, { query: { limit: 3 } });
    expect(server.requests.map(({ url }) => url)).toEqual([
      "https://holdfast.example.com/v1/apps/a%2F..%2Fb%3Fc",
      "https://holdfast.example.com/v1/apps?limit=3",
    ]);
    expect(server.requests[0]?.headers.get("authorization")).toBe(`Bearer ${TOKEN}`);
  });

  test("asks for a token anew in every attempt, and sends none where there is none", async () => {
    const server = startServer();
    server.interruptions.push(refused("UNAVAILABLE"));
    let asked = 0;
    await connect(server, { token: async () => `token-${(asked += 1)}` }).client.call(readHealth);
    await connect(server, { token: undefined }).client.call(readHealth);
    expect(server.requests.map(({ headers }) => headers.get("authorization"))).toEqual([
      "Bearer token-1",
      "Bearer token-2",
      null,
    ]);
  });

  test.each(["", ".", "..", "\ud800"])(
    "refuses %j in a path before anything is sent",
    async (app) => {
      const server = startServer();
      const { client } = connect(server);
      await expect(client.call(readApp, { params: { app } })).rejects.toMatchObject({
        code: "PATH_SEGMENT_INVALID",
      });
      expect(server.requests).toEqual([]);
    },
  );

  test.each([
    "http://holdfast.example.com",
    "ftp://127.0.0.1",
    "https://u:p@example.com",
    "/v1",
    "https://example.com/?a",
  ])("refuses the base URL %s without repeating a password", (baseUrl) => {
    const make = () => createApiClient({ baseUrl });
    expect(make).toThrow(expect.objectContaining({ code: "BASE_URL_INVALID" }));
    expect(make).not.toThrow("u:p");
  });

  test("takes http on this machine", async () => {
    const server = startServer();
    const { client } = connect(server, { baseUrl: "http://127.0.0.1:8787/control/" });
    await errorOf(client.call(readHealth));
    expect(server.requests[0]?.url).toBe("http://127.0.0.1:8787/control/v1/health");
  });

  test("repeats a creation with the same key, and makes another for the next", async () => {
    const server = startServer();
    const { client } = connect(server);
    server.interruptions.push(new TypeError("fetch failed"), refused("REQUEST_IN_PROGRESS"));
    await client.call(createApp, { body: newApp });
    await client.call(createApp, { body: { ...newApp, id: "b" } });
    const { requests } = server;
    expect(requests.map(({ headers }) => headers.get("idempotency-key"))).toEqual([
      "key-1",
      "key-1",
      "key-1",
      "key-2",
    ]);
  });

  test("keeps the caller's own Idempotency-Key", async () => {
    const server = startServer();
    await connect(server).client.call(createApp, { body: newApp, idempotencyKey: "mine" });
    expect(server.requests[0]?.headers.get("idempotency-key")).toBe("mine");
  });

  test.each(["RATE_LIMITED", "UNAVAILABLE"] as const)(
    "repeats any call after %s, as late as Retry-After says",
    async (code) => {
      const server = startServer(["yoga"]);
      const { client, clock } = connect(server);
      server.interruptions.push(refused(code, { retryAfterSeconds: 7 }));
      await client.call(updateApp, { params: { app: "yoga" }, body: {}, ifMatch: '"1"' });
      expect(clock.slept).toEqual([7000]);
    },
  );

  test("backs off where there is no Retry-After", async () => {
    const server = startServer();
    const { client, clock } = connect(server);
    for (let count = 0; count < 3; count += 1) server.interruptions.push(refused("UNAVAILABLE"));
    await client.call(readHealth);
    expect(clock.slept).toEqual([500, 1000, 2000]);
  });

  test("gives up after its attempts, and at once where it would wait too long", async () => {
    const server = startServer();
    const { client } = connect(server, { maxAttempts: 2 });
    for (let count = 0; count < 3; count += 1) server.interruptions.push(refused("UNAVAILABLE"));
    expect(await errorOf(client.call(readHealth))).toMatchObject({ code: "UNAVAILABLE" });
    expect(server.requests.length).toBe(2);
    const patient = startServer();
    patient.interruptions.push(refused("RATE_LIMITED", { retryAfterSeconds: 61 }));
    expect(await errorOf(connect(patient).client.call(readHealth))).toMatchObject({
      code: "RATE_LIMITED",
      retryAt: NOW + 61_000,
    });
    expect(patient.requests.length).toBe(1);
  });

  test.each<[string, () => Response | Error]>([
    ["a lost connection", () => new TypeError("fetch failed")],
    ["a proxy's 502", () => new Response("<h1>Bad gateway</h1>", { status: 502 })],
    ["a proxy's 503", () => new Response("", { status: 503 })],
  ])("repeats a read after %s, but not an edit, which may have been made", async (_, interrupt) => {
    const server = startServer(["yoga"]);
    const { client } = connect(server);
    server.interruptions.push(interrupt());
    await client.call(readApp, { params: { app: "yoga" } });
    expect(server.requests.length).toBe(2);
    server.interruptions.push(interrupt());
    await errorOf(client.call(updateApp, { params: { app: "yoga" }, body: {}, ifMatch: '"1"' }));
    expect(server.requests.length).toBe(3);
  });

  test.each(["APPLE_UNREACHABLE", "INTERNAL", "CONFLICT", "FORBIDDEN"] as const)(
    "does not repeat a read after %s",
    async (code) => {
      const server = startServer();
      server.interruptions.push(refused(code));
      expect(await errorOf(connect(server).client.call(readHealth))).toMatchObject({ code });
      expect(server.requests.length).toBe(1);
    },
  );

  test.each<[string, () => Response, string]>([
    ["a page", () => new Response("<html>", { status: 404 }), "API_ANSWER_UNEXPECTED"],
    [
      "a redirect",
      () => new Response(null, { status: 302, headers: { Location: "https://x.example" } }),
      "API_ANSWER_UNEXPECTED",
    ],
    [
      "another success",
      () => Response.json({ isOk: true }, { status: 201 }),
      "API_ANSWER_UNEXPECTED",
    ],
    ["a success that is no JSON", () => new Response("ok"), "API_ANSWER_MALFORMED"],
    ["a success of another shape", () => Response.json({ isOk: "yes" }), "API_ANSWER_MALFORMED"],
  ])("refuses %s", async (_, make, code) => {
    const server = startServer();
    server.interruptions.push(make());
    expect(await errorOf(connect(server).client.call(readHealth))).toMatchObject({ code });
  });

  test("refuses a success whose ETag was lost on the way, and takes one a proxy weakened", async () => {
    const server = startServer(["yoga"]);
    const { client } = connect(server);
    const params = { app: "yoga" };
    const [body] = appsOf([{ id: "yoga", name: "Yoga" }]);
    server.interruptions.push(
      Response.json(body),
      Response.json(body, { headers: { ETag: 'W/"3"' } }),
    );
    await expect(client.call(readApp, { params })).rejects.toMatchObject({
      code: "API_ANSWER_MALFORMED",
    });
    expect(await client.call(readApp, { params })).toMatchObject({ etag: '"3"' });
  });

  test("passes over members of an answer that a later release added", async () => {
    const server = startServer();
    server.interruptions.push(Response.json({ isOk: true, later: { x: 1 } }));
    expect(await connect(server).client.call(readHealth)).toMatchObject({ body: { isOk: true } });
  });

  test("shows no token and nothing a proxy may have repeated in its errors", async () => {
    const server = startServer();
    const jws = "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl";
    server.interruptions.push(
      Response.json(
        { error: { code: "FORBIDDEN", message: `no ${jws}\u001b[31m` } },
        { status: 403 },
      ),
      new TypeError(`Headers: Bearer ${TOKEN}`),
    );
    const { client } = connect(server, { maxAttempts: 1 });
    const errors = [await errorOf(client.call(readHealth)), await errorOf(client.call(readHealth))];
    expect(errors.map(({ code }) => code)).toEqual(["FORBIDDEN", "API_UNREACHABLE"]);
    for (const error of errors) {
      const shown = `${JSON.stringify(error)}${error.message}${error.stack}${String(error.cause)}`;
      expect(shown).not.toContain(TOKEN);
      expect(shown).not.toContain(jws);
      expect(shown).not.toContain("\u001b");
    }
  });

  test("ends a call with the caller's signal, in a wait too", async () => {
    const controller = new AbortController();
    const server = startServer();
    server.interruptions.push(refused("UNAVAILABLE"));
    const { client } = connect(server, {
      clock: {
        now: () => NOW,
        sleep: async () => {
          controller.abort();
          controller.signal.throwIfAborted();
        },
      },
    });
    const call = client.call(readHealth, { signal: controller.signal });
    expect(await errorOf(call)).toMatchObject({ code: "API_ABORTED" });
    expect(server.requests.length).toBe(1);
  });

  test("does not wait for the end of a stream", async () => {
    const server = startServer();
    const call = connect(server).client.call(routes.watchSnapshots);
    await expect(call).rejects.toMatchObject({ code: "ROUTE_IS_STREAM" });
    expect(server.requests).toEqual([]);
  });

  test("ends an attempt that takes too long", async () => {
    const { client } = connect(startServer(), {
      fetch: neverAnswers,
      timeoutMs: 1,
      maxAttempts: 1,
    });
    expect(await errorOf(client.call(readHealth))).toMatchObject({ code: "API_TIMEOUT" });
  });
});
