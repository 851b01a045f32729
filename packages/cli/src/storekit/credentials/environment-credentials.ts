import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../../command.ts";
import { CredentialsError } from "./credentials-error.ts";
import { readPrivateKeyFile, resolveKeyPath } from "./private-key-file.ts";

/** A key the environment names. */
export interface EnvironmentCredential {
  readonly keyId: string;
  readonly issuerId: string;
  /** The file of the private key, absolute; undefined where a variable holds the key itself. */
  readonly privateKeyPath: string | undefined;
  /** Returns the private key, PEM. */
  readonly readPrivateKey: () => Promise<string>;
}

const PREFIXES = ["HOLDFAST_STOREKIT_", "ASC_STOREKIT_"] as const;

const KEY_VARIABLES = ["KEY_ID", "ISSUER_ID", "PRIVATE_KEY_PATH", "PRIVATE_KEY", "PRIVATE_KEY_B64"];

/** Tells whether the environment has any variable of a key. */
export function hasEnvironmentCredential({ env }: Pick<Io, "env">): boolean {
  return prefixInUse(env) !== undefined;
}

/**
 * Returns the key the environment names, or undefined when it names none. `HOLDFAST_STOREKIT_…`
 * counts before `ASC_STOREKIT_…`, and the two are not mixed: half a key of each would be no key. The
 * key itself counts before its Base64, and that before its file.
 *
 * @throws CredentialsError `CREDENTIALS_INCOMPLETE`
 */
export function readEnvironmentCredential(
  io: Pick<Io, "env" | "cwd">,
): EnvironmentCredential | undefined {
  const prefix = prefixInUse(io.env);
  if (prefix === undefined) return undefined;
  const value = (name: string): string | undefined => filled(io.env[prefix + name]);
  const keyId = value("KEY_ID");
  const issuerId = value("ISSUER_ID");
  const privateKey = findPrivateKey(value, { prefix, io });
  if (keyId !== undefined && issuerId !== undefined && privateKey !== undefined) {
    return { keyId, issuerId, ...privateKey };
  }
  const missing = [
    ...(keyId === undefined ? [`${prefix}KEY_ID`] : []),
    ...(issuerId === undefined ? [`${prefix}ISSUER_ID`] : []),
    ...(privateKey === undefined
      ? [`one of ${prefix}PRIVATE_KEY_PATH, ${prefix}PRIVATE_KEY, ${prefix}PRIVATE_KEY_B64`]
      : []),
  ];
  throw new CredentialsError(
    "CREDENTIALS_INCOMPLETE",
    `incomplete StoreKit environment credentials: set ${missing.join(", ")}, or unset the other ${prefix}… variables of a key`,
  );
}

type Value = (name: string) => string | undefined;

function findPrivateKey(
  value: Value,
  { prefix, io }: { readonly prefix: string; readonly io: Pick<Io, "cwd" | "env"> },
): Pick<EnvironmentCredential, "privateKeyPath" | "readPrivateKey"> | undefined {
  const pem = value("PRIVATE_KEY");
  // In a variable, line ends are often written as \n.
  if (pem !== undefined) return inVariable(pem.replaceAll(String.raw`\n`, "\n"));
  const base64 = value("PRIVATE_KEY_B64");
  if (base64 !== undefined) return inVariable(decodeBase64(base64, `${prefix}PRIVATE_KEY_B64`));
  const path = value("PRIVATE_KEY_PATH");
  if (path === undefined) return undefined;
  return {
    privateKeyPath: resolveKeyPath(path, io),
    readPrivateKey: () => readPrivateKeyFile(path, io),
  };
}

function inVariable(key: string): Pick<EnvironmentCredential, "privateKeyPath" | "readPrivateKey"> {
  return { privateKeyPath: undefined, readPrivateKey: async () => key };
}

/** @throws UsageError `PRIVATE_KEY_INVALID` */
function decodeBase64(text: string, variable: string): string {
  const compact = text.replaceAll(/\s/g, "");
  const bytes = Buffer.from(compact, "base64");
  // Node's decoder skips what it does not know; only what encodes back was Base64.
  if (bytes.length > 0 && unpadded(bytes.toString("base64")) === unpadded(compact)) {
    return bytes.toString("utf8");
  }
  throw new UsageError(
    "PRIVATE_KEY_INVALID",
    `${variable}: expected the .p8 file in standard Base64, as \`base64 < AuthKey.p8\` writes it`,
  );
}

function unpadded(base64: string): string {
  return base64.replace(/=+$/, "");
}

function prefixInUse(env: Io["env"]): string | undefined {
  return PREFIXES.find((prefix) =>
    KEY_VARIABLES.some((name) => filled(env[prefix + name]) !== undefined),
  );
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value.trim();
}
