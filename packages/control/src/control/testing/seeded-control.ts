import type { Role } from "@holdfast/api";
import type { LocalCloudflare } from "@holdfast/emulator/cloudflare";
import { flowFor } from "../../publishing/testing/test-publishing.ts";
import type { WholeControl } from "./whole-control.ts";

/** Who can call. */
type CallerRole = Role | "runtime";

/** A key, as it is added. */
interface NewKey {
  readonly keyId: string;
  readonly issuerId: string;
  readonly privateKey: string;
}

/** Both keys of an app. */
export interface AppleKeys {
  readonly inAppPurchase: NewKey;
  readonly connect: NewKey & { readonly kind: string };
}

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

/** What a control plane's app can ask with. */
export interface SeedOptions {
  readonly keys: AppleKeys | undefined;
  /** Where its Workers read; default: it has none. */
  readonly cloudflare?: LocalCloudflare | undefined;
}

/** Fills a new control plane. */
export async function seedControl(
  control: WholeControl,
  { keys, cloudflare }: SeedOptions,
): Promise<SeededControl> {
  const cookie = await control.setUp();
  const params = {
    ...(await makeApps(control, { cookie, keys })),
    ...(await makePeople(control, cookie)),
  };
  if (cloudflare !== undefined) await connectWorkers(control, cookie, cloudflare);
  const tokens = await tokensFor(control, cookie, "all");
  const strangers = await tokensFor(control, cookie, ["other"]);
  const sessions = {
    viewer: await control.join(cookie, "viewer@example.com", "viewer"),
    editor: await control.join(cookie, "editor@example.com", "editor"),
    publisher: await control.join(cookie, "publisher@example.com", "publisher"),
    admin: await control.join(cookie, "admin@example.com", "admin"),
  };
  const cookies = [cookie, ...Object.values(sessions)].map((pair) => pair.split("=")[1] ?? "");
  const pems = keys === undefined ? [] : [keys.inAppPurchase, keys.connect];
  // The first line of a PEM names its kind; the second one is of the key.
  const keyLines = pems.map(({ privateKey }) => privateKey.split("\n")[1] ?? privateKey);
  const secrets = [
    ...Object.values(tokens),
    ...Object.values(strangers),
    ...cookies,
    ...keyLines,
    ...(cloudflare === undefined ? [] : [cloudflare.apiToken]),
  ];
  return { cookie, tokens, sessions, strangers, params, secrets };
}

async function connectWorkers(
  { call }: WholeControl,
  cookie: string,
  cloudflare: LocalCloudflare,
): Promise<void> {
  const { accountId, apiToken } = cloudflare;
  const body = { accountId, namespaceId: cloudflare.addNamespace(), apiToken };
  const { status, text } = await call("PUT", "/v1/apps/yoga/workers", { cookie, body });
  if (status !== 200) throw new Error(`workers: expected 200, got ${status} ${text}`);
}

async function tokensFor(
  { token }: WholeControl,
  cookie: string,
  apps: "all" | readonly string[],
): Promise<Readonly<Record<CallerRole, string>>> {
  return {
    viewer: await token(cookie, "viewer", apps),
    editor: await token(cookie, "editor", apps),
    publisher: await token(cookie, "publisher", apps),
    admin: await token(cookie, "admin", apps),
    runtime: await token(cookie, "runtime", apps),
  };
}

type Params = Readonly<Record<string, string>>;

/** Makes something as the first admin, and returns it. */
async function make(
  { call }: WholeControl,
  { cookie, path, body }: { cookie: string; path: string; body: unknown },
): Promise<Readonly<Record<string, unknown>>> {
  const { status, json, text } = await call("POST", path, { cookie, body });
  if (status !== 201) throw new Error(`${path}: expected 201, got ${status} ${text}`);
  // Every creation answers an object.
  return json as Readonly<Record<string, unknown>>;
}

/** Makes two apps, and of one everything that the API makes without Apple. */
async function makeApps(
  control: WholeControl,
  { cookie, keys }: { cookie: string; keys: AppleKeys | undefined },
): Promise<Params> {
  const post = (path: string, body: unknown) =>
    make(control, { cookie, path: `/v1/apps${path}`, body });
  const app = { appAppleId: 6_745_974_592, environments: { sandbox: {}, production: {} } };
  await post("", { ...app, id: "yoga", name: "Yoga", bundleId: "com.example.yoga" });
  await post("", { ...app, id: "other", name: "Other", bundleId: "com.example.other" });
  if (keys !== undefined) {
    await post("/yoga/in-app-purchase-keys", keys.inAppPurchase);
    await post("/yoga/connect-keys", keys.connect);
  }
  const source = flowFor(["USA"]);
  const draft = await post("/yoga/drafts", { name: "A draft", source });
  const { version } = await post("/yoga/versions", { source });
  const sandbox = "/yoga/environments/sandbox";
  await post(`${sandbox}/publications`, { version, expectedSequence: 0 });
  const hook = { url: "https://hooks.example.com/", events: ["publication.live"] };
  const webhook = await post("/yoga/webhooks", hook);
  const passOn = { url: "https://hooks.example.com/notifications" };
  const forward = await post(`${sandbox}/notifications/forwards`, passOn);
  const publishAt = Date.now() + 86_400_000;
  const schedule = await post(`${sandbox}/schedules`, { version, publishAt });
  return {
    app: "yoga",
    environment: "sandbox",
    draft: String(draft["id"]),
    version: String(version),
    schedule: String(schedule["id"]),
    webhook: String(webhook["id"]),
    forward: String(forward["id"]),
    ...(keys === undefined ? {} : { key: keys.inAppPurchase.keyId }),
  };
}

/** Makes somebody to be edited, an invitation, and a token to be revoked. */
async function makePeople(control: WholeControl, cookie: string): Promise<Params> {
  const access = { role: "viewer", apps: "all" };
  const invitation = await make(control, {
    cookie,
    path: "/v1/invitations",
    body: { ...access, email: "later@example.com" },
  });
  const token = await make(control, {
    cookie,
    path: "/v1/tokens",
    body: { ...access, name: "to be revoked" },
  });
  const theirs = await control.join(cookie, "somebody@example.com", "viewer");
  const { json } = await control.call("GET", "/v1/session", { cookie: theirs });
  return {
    invitation: String(invitation["id"]),
    token: String(token["id"]),
    // Who is calling always has an identifier.
    person: (json as { readonly id: string }).id,
  };
}
