import type { Catalog, ReviewStates } from "@holdfast/flow/catalog";
import { parseCatalog } from "@holdfast/flow/catalog";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import type { RuntimeKeys } from "@holdfast/runtime/keys";
import { createTestKeyring } from "../../apps/testing/test-control.ts";
import { createApp } from "../../apps/create-app.ts";
import { sealNewPseudonymKey } from "../../apps/pseudonym-key.ts";
import { findApp } from "../../apps/index.ts";
import { openChangeHub } from "../../changes/index.ts";
import type { ChangeHub } from "../../changes/index.ts";
import { createDistributionFeature, WATCHED_TOPICS } from "../../distribution/index.ts";
import { createFlowsFeature } from "../../flows/index.ts";
import { createControlApp } from "../../http/index.ts";
import type { Caller, ControlApp } from "../../http/index.ts";
import type { Keyring } from "../../secrets/index.ts";
import { createIdSource } from "../../storage/index.ts";
import type { Database } from "../../storage/index.ts";
import { loadPublisher } from "../publisher-key.ts";
import { createPublishingFeature, liveVersion } from "../publishing-feature.ts";
import type { PublishingMeans } from "../publishing-means.ts";
import { REVIEW_TOPICS } from "../watch-reviewed-places.ts";

/** An answer, its body read. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

/** The members of answers that tests go on with; which of them are there, the operation says. */
export interface AnswerBody {
  readonly id: string;
  readonly version: number;
  readonly sequence: number;
  readonly snapshot: string;
  readonly source: string;
  readonly isPinned: boolean;
  readonly isPublishable: boolean;
  readonly publishAt: number;
  readonly publication: string;
  readonly signingKey: string;
  readonly png: string;
  readonly publicKeyPem: string;
  readonly stoppedOffers: readonly string[];
  readonly serves: readonly Readonly<Record<string, unknown>>[];
  readonly items: readonly AnswerBody[];
  readonly nextCursor?: string;
  readonly issues: readonly { readonly code: string }[];
  readonly changes?: readonly { readonly summary: string }[];
  readonly error: {
    readonly code: string;
    readonly issues: readonly unknown[];
    readonly current: { readonly summary: string };
  };
}

/** What Apple and App Store Connect have, for a test to change. */
interface TestFacts {
  catalog: Catalog | undefined;
  reviewStates: ReviewStates | undefined;
}

/** A control plane of flows, publishing and distribution on a real database, with the app `yoga`. */
export interface TestPublishing {
  readonly app: ControlApp;
  readonly database: Database;
  readonly means: PublishingMeans;
  readonly facts: TestFacts;
  readonly runtimeKeys: RuntimeKeys;
  readonly keyring: Keyring;
  readonly hub: ChangeHub;
  /** Calls an operation as `kim`, or as whoever is named before a colon: `ann: GET /v1/…`. */
  call(
    request: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** Saves a version and returns its number. */
  save(source: string, by?: string): Promise<number>;
  /** Saves and publishes to the sandbox over what is live. */
  publish(source: string): Promise<Answer>;
}

/** Whoever can call: people by their names, the runtime of `yoga`, and tokens. */
const CALLERS: Readonly<Record<string, Pick<Caller, "kind" | "person" | "role" | "apps">>> = {
  kim: { kind: "person", person: "kim", role: "admin", apps: "all" },
  ann: { kind: "person", person: "ann", role: "publisher", apps: ["yoga"] },
  bob: { kind: "person", person: "bob", role: "publisher", apps: ["yoga"] },
  pipeline: { kind: "token", person: "kim", role: "publisher", apps: ["yoga"] },
  viewer: { kind: "person", person: "viewer", role: "viewer", apps: ["yoga"] },
  stranger: { kind: "person", person: "stranger", role: "admin", apps: ["other"] },
  runtime: { kind: "token", person: "kim", role: "runtime", apps: ["yoga"] },
  runtime2: { kind: "token", person: "kim", role: "runtime", apps: ["yoga"] },
};

const CATALOG = parseCatalog({
  bundleId: "com.example.yoga",
  appAppleId: 6_745_974_592,
  products: [
    {
      productId: "yoga.monthly",
      subscriptionGroup: "yoga",
      level: 2,
      period: "P1M",
      promotionalOffers: [{ offerIdentifier: "HALF" }],
    },
  ],
});

/** The secret of runtimes in tests. */
export const TEST_RUNTIME_SECRET = new Uint8Array(32).fill(2);

/** Texts uploaded elsewhere, so that tests can name them. */
export const TEXT = {
  stay: "00000000-0000-4000-8000-000000000001",
  stayGerman: "00000000-0000-4000-8000-000000000002",
  other: "00000000-0000-4000-8000-000000000003",
} as const;

/** Returns a flow whose rule answers in these storefronts. */
export function flowFor(storefronts: readonly string[], fallback = "stay"): string {
  return `version: 1
app: com.example.yoga
messages:
  stay: { defaultLocale: en-US, locales: { en-US: { id: ${TEXT.stay} }, de-DE: { id: ${TEXT.stayGerman} } } }
  other: { defaultLocale: en-US, locales: { en-US: { id: ${TEXT.other} } } }
rules:
  - name: winback
    when: { storefront: { in: [${storefronts.join(", ")}] } }
    respond: { message: other }
fallback: { message: ${fallback} }
`;
}

/** Opens a test's control plane on an open database; a second one on the same is a replica. */
export async function openTestPublishing(
  database: Database,
  {
    keyring,
    requiredApprovals = 0,
  }: { readonly keyring?: Keyring; readonly requiredApprovals?: number } = {},
): Promise<TestPublishing> {
  const ring = keyring ?? (await createTestKeyring());
  await ensureApp(database, ring, requiredApprovals);
  const facts: TestFacts = { catalog: CATALOG, reviewStates: undefined };
  const means: PublishingMeans = {
    database,
    ids: createIdSource(),
    now: () => Date.now(),
    facts: {
      app: (id) => findApp(database.queries, id),
      catalog: async () => facts.catalog,
      reviewStates: async () => facts.reviewStates,
    },
    publisherOf: (id) => loadPublisher({ database, keyring: ring }, id),
  };
  const runtimeKeys = await deriveRuntimeKeys(TEST_RUNTIME_SECRET, webCryptography);
  const hub = await openChangeHub(database, { topics: [...WATCHED_TOPICS, ...REVIEW_TOPICS] });
  const app = createControlApp({
    database,
    cookieName: "holdfast",
    features: [
      createFlowsFeature({ ...means, liveVersion }),
      createPublishingFeature(means),
      createDistributionFeature({ database, keyring: ring, runtimeKeys, hub }),
    ],
    authenticate: async ({ secret }) => {
      const caller = CALLERS[secret];
      return caller && { ...caller, id: secret, name: secret };
    },
  });
  const call: TestPublishing["call"] = async (request, body, headers = {}) => {
    const [, by = "kim", method = "GET", path = "/"] =
      /^(?:(\w+): )?([A-Z]+) (\S+)$/.exec(request) ?? [];
    const response = await app.fetch(requestOf({ by, method, path, body, headers }));
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      // Each test looks only at what its operation answers.
      body: JSON.parse(text === "" ? "null" : text) as AnswerBody,
    };
  };
  const save: TestPublishing["save"] = async (source, by = "kim") => {
    const { body } = await call(`${by}: POST /v1/apps/yoga/versions`, { source });
    return body.version;
  };
  return {
    app,
    database,
    means,
    facts,
    runtimeKeys,
    keyring: ring,
    hub,
    call,
    save,
    async publish(source) {
      const version = await save(source);
      const path = "/v1/apps/yoga/environments/sandbox/publications";
      const { body } = await call(`GET ${path}?limit=1`);
      const expectedSequence = body.items[0]?.sequence ?? 0;
      return call(`POST ${path}`, { version, expectedSequence });
    },
  };
}

interface TestRequest {
  readonly by: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

function requestOf({ by, method, path, body, headers }: TestRequest): Request {
  return new Request(`https://holdfast.test${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${by}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function ensureApp(
  database: Database,
  keyring: Keyring,
  requiredApprovals: number,
): Promise<void> {
  if ((await findApp(database.queries, "yoga")) !== undefined) return;
  const settings = { trustedRoots: [], requiredApprovals };
  const app = {
    id: "yoga",
    name: "Yoga",
    bundleId: "com.example.yoga",
    appAppleId: 6_745_974_592,
    environments: { sandbox: settings, production: settings },
  };
  const pseudonymKey = await sealNewPseudonymKey("yoga", keyring);
  await database.transaction((transaction) =>
    createApp(transaction, app, { pseudonymKey, now: Date.now() }),
  );
}
