import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { listApps } from "../apps/index.ts";
import type { App } from "../apps/index.ts";
import type { AppPublisher } from "../publishing/index.ts";
import type { Queries } from "../storage/index.ts";

/** An app as a runtime is configured with it: what `apps:` in a runtime's configuration holds. */
export interface RuntimeApp {
  readonly bundleId: string;
  readonly appAppleId: number;
  /** The publisher's public key: SubjectPublicKeyInfo, PEM. */
  readonly publisherKey: string;
  readonly environments: {
    readonly [Environment in FlowEnvironment]?: { readonly trustedRoots: readonly string[] };
  };
}

/** Apps read at once. */
const PAGE_APPS = 100;

/** Returns every app by its id, as a runtime that answers for all of them is configured. */
export async function readRuntimeApps(
  queries: Queries,
  publisherOf: (app: string) => Promise<AppPublisher>,
): Promise<Readonly<Record<string, RuntimeApp>>> {
  const found: [string, RuntimeApp][] = [];
  let after: string | undefined;
  for (;;) {
    const apps = await listApps(queries, { apps: "all", after, limit: PAGE_APPS });
    for (const app of apps) {
      const { publicKeyPem } = await publisherOf(app.id);
      found.push([app.id, runtimeApp(app, publicKeyPem)]);
    }
    after = apps.at(-1)?.id;
    if (apps.length < PAGE_APPS) return Object.fromEntries(found);
  }
}

function runtimeApp({ bundleId, appAppleId, environments }: App, publisherKey: string): RuntimeApp {
  const { sandbox, production } = environments;
  return {
    bundleId,
    appAppleId,
    publisherKey,
    environments: {
      ...(sandbox && { sandbox: { trustedRoots: sandbox.trustedRoots } }),
      ...(production && { production: { trustedRoots: production.trustedRoots } }),
    },
  };
}
