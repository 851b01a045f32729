import { routes } from "@holdfast/api";
import { createApiClient } from "@holdfast/api/client";
import type { ApiClient } from "@holdfast/api/client";
import type { Emulator } from "@holdfast/emulator";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { createSessionFetch } from "../packages/cli/src/control-plane/session-fetch.ts";
import { startBinary } from "./spawn-cli.ts";
import type { Finished, Surroundings } from "./spawn-cli.ts";

/** A `holdfast serve` that runs, with its first admin. */
export interface ServeProcess {
  readonly url: string;
  readonly pid: number;
  /** Calls its API as the admin. */
  readonly admin: ApiClient;
  /** The admin's token, for another start on the same data. */
  readonly token: string;
  stop(): Promise<Finished>;
}

/** Starts the real `holdfast serve` on a free port; without `token` its data is new, and gets an admin. */
export async function startServeProcess(
  surroundings: Surroundings,
  { args = [], token }: { readonly args?: readonly string[]; readonly token?: string } = {},
): Promise<ServeProcess> {
  const running = await startBinary(["serve", "--port", "0", ...args], surroundings);
  const { url, adminUrl } = running.announced;
  const baseUrl = String(adminUrl);
  const secret = token ?? (await makeAdmin(baseUrl, running.err()));
  return {
    url: String(url),
    pid: running.pid,
    admin: createApiClient({ baseUrl, token: secret }),
    token: secret,
    stop: () => running.stop(),
  };
}

/** Uses the link up that the first start printed, and returns a token. */
export async function makeAdmin(baseUrl: string, printed: string): Promise<string> {
  const code = /setup#(?<code>[\w-]+)/.exec(printed)?.groups?.["code"] ?? "";
  const session = createApiClient({ baseUrl, fetch: createSessionFetch({ fetch }) });
  const admin = { email: "ada@example.com", name: "Ada", password: "a long enough password" };
  await session.call(routes.createFirstAdmin, { body: { code, ...admin } });
  const body = { name: "tests", role: "admin", apps: "all" } as const;
  return (await session.call(routes.createToken, { body })).body.secret;
}

/** Adds a local App Store's app, which is trusted in one environment, and its In-App Purchase key. */
export async function addEmulatedApp(
  admin: ApiClient,
  emulator: Pick<Emulator, "credentials" | "rootCertificatePem">,
  { app, environment }: { readonly app: string; readonly environment: FlowEnvironment },
): Promise<void> {
  const { keyId, issuerId, privateKey, bundleId, appAppleId } = emulator.credentials(app);
  const settings = { trustedRoots: [emulator.rootCertificatePem] };
  await admin.call(routes.createApp, {
    body: { id: app, name: app, bundleId, appAppleId, environments: { [environment]: settings } },
  });
  const params = { app };
  await admin.call(routes.addInAppPurchaseKey, { params, body: { keyId, issuerId, privateKey } });
}
