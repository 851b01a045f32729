import { UsageError } from "@holdfast/appstore/errors";
import { createKvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import type { CloudflareAccess, KvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import type { Io, Options, OptionSpec } from "../command.ts";
import { readSecretVariable } from "../server/secret-variable.ts";
import { findWranglerConfig, WRANGLER_CONFIG_OPTION } from "./wrangler-config.ts";

/** The variable that holds a token of Cloudflare's API; wrangler reads the same. */
export const TOKEN_VARIABLE = "CLOUDFLARE_API_TOKEN";

/** Which namespace of which account, by option or by wrangler's configuration. The token is a variable. */
export const NAMESPACE_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--account <id>",
    description: "Cloudflare's id of the account (default: what wrangler is configured with)",
    env: "CLOUDFLARE_ACCOUNT_ID",
  },
  {
    flags: "--namespace <id>",
    description: "the KV namespace's id (default: what wrangler is configured with)",
    env: "HOLDFAST_KV_NAMESPACE",
  },
  WRANGLER_CONFIG_OPTION,
];

/** Returns the address of Cloudflare's API where it is not the usual one. */
export function cloudflareApiUrl({ env }: Pick<Io, "env">): string | undefined {
  const url = (env["HOLDFAST_CLOUDFLARE_API_URL"] ?? "").trim();
  return url === "" ? undefined : url;
}

/**
 * Opens the namespace that {@link NAMESPACE_OPTIONS} mean. Nothing is sent yet.
 *
 * @throws UsageError `OPTION_MISSING` naming all that is missing, `CLOUDFLARE_URL_INVALID`
 */
export async function openNamespace(options: Options, io: Io): Promise<KvNamespaceClient> {
  return openWith(await readNamespaceAccess(options, io), io);
}

/** {@link openNamespace}, or undefined where it is not said which, or there is no token for it. */
export async function openNamespaceIfKnown(
  options: Options,
  io: Io,
): Promise<KvNamespaceClient | undefined> {
  const { missing, access } = await findAccess(options, io);
  return missing.length === 0 ? openWith(access, io) : undefined;
}

/** What opens a namespace. */
type NamespaceAccess = Pick<CloudflareAccess, "accountId" | "namespaceId" | "apiToken">;

/**
 * Returns what opens the namespace that {@link NAMESPACE_OPTIONS} mean, to be given to a control plane.
 *
 * @throws UsageError `OPTION_MISSING` naming all that is missing
 */
export async function readNamespaceAccess(options: Options, io: Io): Promise<NamespaceAccess> {
  const { missing, access } = await findAccess(options, io);
  if (missing.length === 0) return access;
  throw new UsageError("OPTION_MISSING", `expected ${missing.join(", ")}`);
}

interface FoundAccess {
  readonly missing: readonly string[];
  /** Empty where it is missing. */
  readonly access: NamespaceAccess;
}

async function findAccess(options: Options, io: Io): Promise<FoundAccess> {
  const file = options.required("wrangler-config");
  const config = await findWranglerConfig(options, io);
  const accountId = options.text("account") ?? config?.accountId ?? "";
  const namespaceId = options.text("namespace") ?? config?.namespaceId ?? "";
  const apiToken = (await readSecretVariable(io, TOKEN_VARIABLE)) ?? "";
  const sources = [
    [accountId, `--account (or CLOUDFLARE_ACCOUNT_ID, or account_id in ${file})`],
    [namespaceId, `--namespace (or HOLDFAST_KV_NAMESPACE, or the id of HOLDFAST_KV in ${file})`],
    [apiToken, `${TOKEN_VARIABLE} (or _FILE): a token that may edit Workers KV Storage`],
  ] as const;
  return {
    missing: sources.filter(([value]) => value === "").map(([, source]) => source),
    access: { accountId, namespaceId, apiToken },
  };
}

function openWith(access: NamespaceAccess, io: Io): KvNamespaceClient {
  // The client names addresses; it makes no requests of its own.
  const send: typeof fetch = (input, init = {}) =>
    io.fetch(input instanceof Request ? input.url : String(input), init);
  return createKvNamespaceClient({ ...access, apiUrl: cloudflareApiUrl(io), fetch: send });
}
