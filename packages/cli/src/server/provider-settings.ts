import { isRole } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { ProviderOptions, ProviderRule } from "@holdfast/control/access";
import type { Io } from "../command.ts";
import { readSecretVariable } from "./secret-variable.ts";

/**
 * Returns the OpenID provider the environment names: `HOLDFAST_OIDC_ISSUER`, `HOLDFAST_OIDC_CLIENT_ID`,
 * `HOLDFAST_OIDC_CLIENT_SECRET` (or `_FILE`), and who may join in `HOLDFAST_OIDC_ROLES`.
 *
 * @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`, `FILE_UNREADABLE`
 */
export async function readProvider(io: Io): Promise<ProviderOptions | undefined> {
  const issuer = (io.env["HOLDFAST_OIDC_ISSUER"] ?? "").trim();
  if (issuer === "") return undefined;
  const clientId = (io.env["HOLDFAST_OIDC_CLIENT_ID"] ?? "").trim();
  const clientSecret = await readSecretVariable(io, "HOLDFAST_OIDC_CLIENT_SECRET");
  if (clientId === "" || clientSecret === undefined) {
    throw new UsageError(
      "OPTION_MISSING",
      "HOLDFAST_OIDC_ISSUER: expected HOLDFAST_OIDC_CLIENT_ID and HOLDFAST_OIDC_CLIENT_SECRET (or _FILE) beside it",
    );
  }
  const rules = parseRules(io.env["HOLDFAST_OIDC_ROLES"] ?? "");
  return { issuer, clientId, clientSecret, rules };
}

/** Reads `kim@example.com=admin, example.com=viewer`. */
function parseRules(text: string): readonly ProviderRule[] {
  const entries = text.split(",").map((entry) => entry.trim());
  return entries.filter((entry) => entry !== "").map(parseRule);
}

function parseRule(entry: string): ProviderRule {
  const [who = "", role = "", ...rest] = entry.split("=").map((part) => part.trim());
  if (who === "" || rest.length > 0 || !isRole(role)) {
    throw new UsageError(
      "OPTION_INVALID",
      `HOLDFAST_OIDC_ROLES: expected entries like example.com=viewer or kim@example.com=admin, got ${entry}`,
    );
  }
  const match = who.includes("@") ? { email: who } : { domain: who };
  return { match, role, apps: "all" };
}
