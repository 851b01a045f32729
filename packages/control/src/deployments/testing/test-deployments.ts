import { createHash } from "node:crypto";
import { writePng } from "@holdfast/appstore/images/testing";
import { parseFlow } from "@holdfast/flow/document";
import { messageIdentifier } from "@holdfast/flow/identifiers";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { createAppleContentFeature } from "../../catalog/index.ts";
import { createFlowsFeature } from "../../flows/index.ts";
import type { AppleClients } from "../../keys/index.ts";
import { addKnownKeys, setUpKeys } from "../../keys/testing/test-keys.ts";
import type { KeysSetting } from "../../keys/testing/test-keys.ts";
import { createPublishingFeature, liveVersion } from "../../publishing/index.ts";
import { createRealtimeUrlFeature } from "../../realtime-url/index.ts";
import { createKeyring } from "../../secrets/index.ts";
import type { Database } from "../../storage/index.ts";
import type { TestEngine } from "../../storage/testing/engines.ts";
import { createDeploymentsFeature } from "../deployments-feature.ts";
import { DEPLOYMENT_JOB } from "../deployments-means.ts";
import type { DeploymentsMeans } from "../deployments-means.ts";
import { runDeployment } from "../run-deployment.ts";
import { deploymentsMeans, hookedMeans, TEST_MASTER_KEY } from "./hooked-means.ts";
import type { Hook } from "./hooked-means.ts";

const NEVER = new AbortController().signal;

/** Returns a flow of three texts, one with an image, with default messages and a URL; each revision has its own content. */
export function flowOf(revision = 1): string {
  return `version: 1
app: com.example.yoga
realtimeUrl: https://retention.example.com/${revision}/apple/retention/yoga/\${environment}
messages:
  stay:
    defaultLocale: en-US
    locales:
      en-US:
        header: Your classes are waiting
        body: Keep your streak.
        revision: ${revision}
        bullets: [{ text: A mat, image: { file: mat.png, alt: A mat, revision: ${revision} } }]
      de-DE: { header: Deine Kurse warten, body: Behalte deine Serie., revision: ${revision} }
  go:
    defaultLocale: en-US
    locales: { en-US: { header: Save with a year, body: The same for less., revision: ${revision} } }
rules:
  - { name: first, when: { productId: yoga.monthly }, respond: { message: go } }
fallback: { message: stay }
defaults:
  - { message: stay, products: [yoga.monthly], locales: [en-US, de-DE] }
`;
}

/** Returns the identifiers of a revision's texts by message and locale, as Apple has them. */
export function textsOf(revision = 1): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const { document } = parseFlow(flowOf(revision));
  const options = { bundleId: "com.example.yoga", images: () => IMAGE_HASH };
  return Object.fromEntries(
    Object.entries(document?.messages ?? {}).map(([name, { locales }]) => [
      name,
      Object.fromEntries(
        Object.entries(locales).map(([locale, text]) => [
          locale,
          messageIdentifier(text, options) ?? "",
        ]),
      ),
    ]),
  );
}

const IMAGE = writePng({ width: 1024, height: 1024 });
const IMAGE_HASH = createHash("sha256").update(IMAGE).digest("hex");

/** The hashes of the image files that flows of {@link flowOf} name. */
export const IMAGES: Readonly<Record<string, string>> = { "mat.png": IMAGE_HASH };

/** What a deployment's answer has that tests look at. */
export interface DeploymentBody {
  readonly id: string;
  readonly state: string;
  readonly sequence?: number;
  readonly problems: readonly {
    readonly code: string;
    readonly errorCode?: number;
    readonly subject?: string;
  }[];
  readonly steps: readonly {
    readonly step: string;
    readonly done: number;
    readonly total: number;
  }[];
}

/** A control plane that deploys to a local App Store, with the app `yoga`. */
export interface TestDeployments extends Omit<KeysSetting, "control"> {
  readonly call: KeysSetting["control"]["call"];
  readonly means: DeploymentsMeans;
  /** Saves a version with its image and returns its number. */
  save(source: string): Promise<number>;
  /** Saves and asks for a deployment, over what is live. */
  deploy(source: string, options?: Readonly<Record<string, unknown>>): Promise<DeploymentBody>;
  /** Does what the job would, in a process that `hook` can end. */
  run(id: string, hook?: Hook): Promise<void>;
  read(id: string): Promise<DeploymentBody>;
  /** Reviews everything Apple has that is still pending, as `APPROVED`. */
  approveAll(): void;
  /** How many deployments jobs are to carry out. */
  waitingRuns(): Promise<number>;
  /** Ends these jobs, as the runner would. */
  finishRuns(): Promise<void>;
  /** What was live in the environment, the newest first. */
  publications(): Promise<readonly unknown[]>;
  /** The requests that reached Apple, by operation. */
  counts(): Readonly<Record<string, number>>;
}

/** Opens a test's control plane with the keys it needs. */
export async function openTestDeployments(
  engine: TestEngine,
  environment: FlowEnvironment = "sandbox",
): Promise<TestDeployments> {
  const keyring = await createKeyring({ current: TEST_MASTER_KEY, previous: [] });
  const meansOf = (database: Database, clients: AppleClients): DeploymentsMeans =>
    deploymentsMeans({ database, clients, keyring });
  const { control, ...setting } = await setUpKeys({
    engine,
    keyring,
    now: Date.now,
    features: ({ database, clients }) => {
      const means = meansOf(database, clients);
      return [
        createFlowsFeature({ ...means, liveVersion }),
        createPublishingFeature(means),
        createAppleContentFeature({ database, clients }),
        createRealtimeUrlFeature(means),
        createDeploymentsFeature(means),
      ];
    },
  });
  await addKnownKeys({ ...setting, control });
  const { database, clients, emulator } = setting;
  emulator.requestLog.clear();
  const place = { app: "yoga", environment } as const;
  const path = `/v1/apps/yoga/environments/${environment}` as const;
  const call: TestDeployments["call"] = (request, body, headers) =>
    control.call(request, body, headers);
  const save: TestDeployments["save"] = async (source) => {
    await call("POST /v1/apps/yoga/image-files", { png: Buffer.from(IMAGE).toString("base64") });
    const { body } = await call("POST /v1/apps/yoga/versions", { source, images: IMAGES });
    return Number(body["version"]);
  };
  return {
    ...setting,
    call,
    means: meansOf(database, clients),
    save,
    async deploy(source, options = {}) {
      const version = await save(source);
      const { body: live } = await call(`GET ${path}/publications?limit=1`);
      const [newest] = live["items"] as unknown as readonly { readonly sequence: number }[];
      const expectedSequence = newest?.sequence ?? 0;
      const { body } = await call(`POST ${path}/deployments`, {
        version,
        expectedSequence,
        ...options,
      });
      return body as unknown as DeploymentBody;
    },
    run: (id, hook = () => undefined) =>
      runDeployment(hookedMeans({ database, clients, keyring }, hook), id, NEVER),
    async read(id) {
      const { body } = await call(`GET ${path}/deployments/${id}`);
      return body as unknown as DeploymentBody;
    },
    approveAll() {
      for (const { imageIdentifier: id } of emulator.images(place)) {
        emulator.reviewImage(place, id, "APPROVED");
      }
      for (const { messageIdentifier: id } of emulator.messages(place)) {
        emulator.reviewMessage(place, id, "APPROVED");
      }
    },
    async waitingRuns() {
      const rows = await database.queries
        .selectFrom("jobs")
        .select("id")
        .where("kind", "=", DEPLOYMENT_JOB)
        .where("finished_at", "is", null)
        .execute();
      return rows.length;
    },
    async finishRuns() {
      await database.queries
        .updateTable("jobs")
        .set({ finished_at: 1 })
        .where("kind", "=", DEPLOYMENT_JOB)
        .execute();
    },
    async publications() {
      const { body } = await call(`GET ${path}/publications`);
      return body["items"] as unknown as readonly unknown[];
    },
    counts: () => emulator.requestLog.counts(),
  };
}
