import type { Role } from "@holdfast/api";
import { newPrivateKey } from "../../keys/testing/test-keys.ts";
import { flowFor } from "../../publishing/testing/test-publishing.ts";
import type { DocumentedApi } from "./documented-operations.ts";
import type { WholeControl } from "./whole-control.ts";

/** Who can call. */
export type CallerRole = Role | "runtime";

/** A control plane with an app `yoga` that has one of everything, and callers of every kind. */
export interface SeededControl {
  /** The first admin's session, as a cookie. */
  readonly cookie: string;
  /** Tokens for all apps. */
  readonly tokens: Readonly<Record<CallerRole, string>>;
  /** Sessions of people with a role for all apps, as cookies. */
  readonly sessions: Readonly<Record<Role, string>>;
  /** Tokens for another app alone. */
  readonly strangers: Readonly<Record<CallerRole, string>>;
  /** Values for a path's parameters: of what is there. */
  readonly params: Readonly<Record<string, string>>;
  /** What no answer may hold. */
  readonly secrets: readonly string[];
}

const ROLES = ["viewer", "editor", "publisher", "admin", "runtime"] as const;

/** Fills a new control plane that serves these operations. */
export async function seedControl(
  control: WholeControl,
  { operations }: DocumentedApi,
): Promise<SeededControl> {
  const served = new Set(operations.map(({ route }) => route.operationId));
  const isServed = (operationId: string): boolean => served.has(operationId);
  const cookie = await control.setUp();
  const privateKeys = [newPrivateKey(), newPrivateKey()] as const;
  const params = await makeOneOfEach(control, { cookie, isServed }, privateKeys);
  const tokens = await tokensFor(control, cookie, "all");
  const strangers = await tokensFor(control, cookie, ["other"]);
  const sessions = {
    viewer: await control.join(cookie, "viewer@example.com", "viewer"),
    editor: await control.join(cookie, "editor@example.com", "editor"),
    publisher: await control.join(cookie, "publisher@example.com", "publisher"),
    admin: await control.join(cookie, "admin@example.com", "admin"),
  };
  const cookies = [cookie, ...Object.values(sessions)].map((pair) => pair.split("=")[1] ?? "");
  // The first line of a PEM names its kind; the second one is of the key.
  const keyLines = privateKeys.map((pem) => pem.split("\n")[1] ?? "");
  return {
    cookie,
    tokens,
    sessions,
    strangers,
    params,
    secrets: [...Object.values(tokens), ...Object.values(strangers), ...cookies, ...keyLines],
  };
}

async function tokensFor(
  control: WholeControl,
  cookie: string,
  apps: "all" | readonly string[],
): Promise<Readonly<Record<CallerRole, string>>> {
  const secrets = { viewer: "", editor: "", publisher: "", admin: "", runtime: "" };
  for (const role of ROLES) secrets[role] = await control.token(cookie, role, apps);
  return secrets;
}

interface Seeding {
  readonly cookie: string;
  /** Tells whether an operation is there, by its name. */
  readonly isServed: (operationId: string) => boolean;
}

/** Makes everything the API makes without Apple, and returns its identifiers. */
async function makeOneOfEach(
  { call, join }: WholeControl,
  { cookie, isServed }: Seeding,
  [privateKey, connectPrivateKey]: readonly [string, string],
): Promise<Readonly<Record<string, string>>> {
  const make = async (path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> => {
    const { status, json, text } = await call("POST", `/v1${path}`, { cookie, body });
    if (status !== 201) throw new Error(`${path}: expected 201, got ${status} ${text}`);
    // Every creation answers an object.
    return json as Readonly<Record<string, unknown>>;
  };
  const environments = { sandbox: {}, production: {} };
  const app = { appAppleId: 6_745_974_592, environments };
  await make("/apps", { ...app, id: "yoga", name: "Yoga", bundleId: "com.example.yoga" });
  await make("/apps", { ...app, id: "other", name: "Other", bundleId: "com.example.other" });
  const key = { keyId: "ABC123DEFG", issuerId: "57246542-96fe-1a63-e053-0824d011072a", privateKey };
  await make("/apps/yoga/in-app-purchase-keys", key);
  await make("/apps/yoga/connect-keys", {
    ...key,
    keyId: "CONNECT123",
    kind: "team",
    privateKey: connectPrivateKey,
  });
  const source = flowFor(["USA"]);
  const draft = await make("/apps/yoga/drafts", { name: "A draft", source });
  const { version } = await make("/apps/yoga/versions", { source });
  const sandbox = "/apps/yoga/environments/sandbox";
  await make(`${sandbox}/publications`, { version, expectedSequence: 0 });
  const schedule = await make(`${sandbox}/schedules`, {
    version,
    publishAt: Date.now() + 86_400_000,
  });
  const invited = { email: "later@example.com", role: "viewer", apps: "all" };
  const invitation = await make("/invitations", invited);
  const token = await make("/tokens", { name: "to be revoked", role: "viewer", apps: "all" });
  const theirs = await join(cookie, "somebody@example.com", "viewer");
  const { json: somebody } = await call("GET", "/v1/session", { cookie: theirs });
  const hook = { url: "https://hooks.example.com/", events: ["publication.live"] };
  const webhook = isServed("createWebhook") ? await make("/apps/yoga/webhooks", hook) : undefined;
  return {
    app: "yoga",
    environment: "sandbox",
    key: key.keyId,
    draft: String(draft["id"]),
    version: String(version),
    schedule: String(schedule["id"]),
    invitation: String(invitation["id"]),
    token: String(token["id"]),
    // Who is calling always has an identifier.
    person: (somebody as { readonly id: string }).id,
    ...(webhook === undefined ? {} : { webhook: String(webhook["id"]) }),
  };
}
