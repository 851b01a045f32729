import { randomBytes } from "node:crypto";
import type { Role } from "@holdfast/api";
import { createControlApp } from "../../http/index.ts";
import type { Feature } from "../../http/index.ts";
import { createKeyring } from "../../secrets/index.ts";
import type { Keyring } from "../../secrets/index.ts";
import type { Database } from "../../storage/index.ts";

/** What an operation answered. */
interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into it as they like; what is in it is what they are about.
  readonly body: Readonly<Record<string, never>>;
  /** The body as it came. */
  readonly text: string;
}

/** Calls operations of features over their real HTTP side. */
export interface TestControl {
  call(
    request: `${string} /v1/${string}`,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<TestAnswer>;
}

/** Returns a control plane of some features; everybody is signed in with the role of a test. */
export function createTestControl(
  { database, features }: { readonly database: Database; readonly features: readonly Feature[] },
  { role = "admin", apps = "all", now = Date.now }: TestCallerOptions = {},
): TestControl {
  const control = createControlApp({
    database,
    features,
    cookieName: "holdfast",
    now,
    authenticate: () =>
      Promise.resolve({ kind: "person", id: "kim", person: "kim", name: "Kim", role, apps }),
  });
  return {
    async call(request, body, headers = {}) {
      const [method = "GET", path = "/"] = request.split(" ");
      const response = await control.fetch(
        new Request(`https://holdfast.test${path}`, {
          method,
          headers: {
            Authorization: "Bearer test",
            ...(body === undefined ? {} : { "Content-Type": "application/json" }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: (text === "" ? {} : JSON.parse(text)) as TestAnswer["body"],
      };
    },
  };
}

/** Who calls, and when. */
export interface TestCallerOptions {
  readonly role?: Role | "runtime";
  readonly apps?: "all" | readonly string[];
  readonly now?: () => number;
}

/** Returns a keyring with a new master key. */
export function createTestKeyring(): Promise<Keyring> {
  return createKeyring({ current: new Uint8Array(randomBytes(32)), previous: [] });
}
