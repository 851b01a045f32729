import { CLIENT_HEADER } from "@holdfast/api";
import type { Role } from "@holdfast/api";
import { createAccess } from "../../access/index.ts";
import type { Access, AccessOptions } from "../../access/index.ts";
import { createAuditFeature } from "../../audit/index.ts";
import type { StorageDatabase } from "../../storage/create-database.ts";
import type { TestEngine } from "../../storage/testing/engines.ts";
import { openTestDatabase } from "../../storage/testing/engines.ts";
import { createControlApp } from "../index.ts";
import type { ControlApp, Feature, RequestReport } from "../index.ts";

/** Where the control plane of tests is. */
export const PUBLIC_URL = "https://control.test";

/** Hashes as cheap as the algorithm allows: tests are about everything else. */
export const CHEAP_PASSWORDS = { memoryCost: 64, timeCost: 1, parallelism: 1 };

/** The password of everybody in tests. */
export const PASSWORD = "correct horse battery staple";

/** What a call carries. */
export interface CallOptions {
  readonly body?: unknown;
  readonly token?: string | undefined;
  /** The session's cookie, as `name=value`; what a browser sends with it is added. */
  readonly cookie?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly address?: string;
}

/** An answer, its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body's JSON; undefined where there is none. */
  readonly json: unknown;
  /** The code of an answer that is no success. */
  readonly code: string | undefined;
}

/** What tests ask of a control plane, whatever it is made of. */
export interface TestCalls {
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<Answer>;
  /** Makes the first admin; returns their session's cookie. */
  readonly setUp: () => Promise<string>;
  /** Makes a token as the admin whose cookie it is; returns its secret. */
  readonly token: (
    cookie: string,
    role: Role | "runtime",
    apps?: "all" | readonly string[],
  ) => Promise<string>;
  /** Invites somebody and joins as them; returns their session's cookie. */
  readonly join: (cookie: string, email: string, role: Role) => Promise<string>;
}

/** A control plane in memory, on a real database. */
export interface TestControl extends TestCalls {
  readonly app: ControlApp;
  readonly access: Access;
  readonly database: StorageDatabase;
  readonly reports: readonly RequestReport[];
  /** Milliseconds since 1970, as everything in it sees them. */
  readonly clock: { now: number };
}

/** What a test control plane has beyond access and the audit log. */
export interface TestControlOptions {
  readonly features?: readonly Feature[];
  readonly access?: Partial<AccessOptions>;
}

/** Opens a control plane with access and the audit log on a new database of an engine. */
export async function openTestControl(
  engine: TestEngine,
  options: TestControlOptions = {},
): Promise<TestControl> {
  return testControlOn(await openTestDatabase(engine), options);
}

/** Opens another control plane on a database that is open: a replica. */
export function testControlOn(
  database: StorageDatabase,
  { features = [], access: accessOptions = {} }: TestControlOptions = {},
): TestControl {
  const clock = { now: 1_800_000_000_000 };
  const now = (): number => clock.now;
  const access = createAccess({
    database,
    publicUrl: PUBLIC_URL,
    passwordCost: CHEAP_PASSWORDS,
    now,
    ...accessOptions,
  });
  const reports: RequestReport[] = [];
  const app = createControlApp({
    database,
    features: [access.feature, createAuditFeature(database), ...features],
    ...access,
    now,
    onReport: (report) => reports.push(report),
  });
  return { app, access, database, reports, clock, ...createTestCalls({ ...app, ...access }) };
}

/** Returns how tests call a control plane and become somebody who may. */
export function createTestCalls({
  fetch,
  prepareSetup,
}: Pick<ControlApp, "fetch"> & Pick<Access, "prepareSetup">): TestCalls {
  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Answer> => {
    const { address = "192.0.2.1" } = options;
    const response = await fetch(requestOf(method, path, options), { address });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    const json: unknown = isJson && text !== "" ? JSON.parse(text) : undefined;
    const code = (json as { error?: { code?: string } } | undefined)?.error?.code;
    return { status: response.status, headers: response.headers, text, json, code };
  };
  return {
    call,
    async setUp() {
      const link = await prepareSetup();
      const code = link?.url.split("#")[1];
      const body = { code, email: "ada@example.com", name: "Ada", password: PASSWORD };
      return cookieOf(await call("POST", "/v1/setup", { body }));
    },
    async token(cookie, role, apps = "all") {
      const body = { name: `a ${role}`, role, apps };
      const { json } = await call("POST", "/v1/tokens", { cookie, body });
      return String((json as { secret: unknown }).secret);
    },
    async join(cookie, email, role) {
      const invited = { email, role, apps: "all" };
      const { json } = await call("POST", "/v1/invitations", { cookie, body: invited });
      const code = String((json as { link: unknown }).link).split("#")[1];
      const body = { code, name: email, password: PASSWORD };
      return cookieOf(await call("POST", "/v1/session/invitation", { body }));
    },
  };
}

/** Returns the cookie an answer sets, as a browser sends it back. */
export function cookieOf({ headers, status, text }: Answer): string {
  const [pair = ""] = (headers.get("set-cookie") ?? "").split(";");
  if (pair === "") throw new Error(`expected a cookie, got ${status} ${text}`);
  return pair;
}

function requestOf(
  method: string,
  path: string,
  { body, token, cookie, headers = {} }: CallOptions,
): Request {
  const all = new Headers();
  if (body !== undefined) all.set("Content-Type", "application/json");
  if (token !== undefined) all.set("Authorization", `Bearer ${token}`);
  if (cookie !== undefined) {
    all.set("Cookie", cookie);
    all.set("Sec-Fetch-Site", "same-origin");
    all.set("Origin", PUBLIC_URL);
    all.set(CLIENT_HEADER, "test");
  }
  for (const [name, value] of Object.entries(headers)) {
    if (value === "") all.delete(name);
    else all.set(name, value);
  }
  return new Request(`${PUBLIC_URL}${path}`, {
    method,
    headers: all,
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}
