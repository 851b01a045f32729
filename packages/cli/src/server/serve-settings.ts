import { UsageError } from "@holdfast/appstore/errors";
import { DEFAULT_HOST, DEFAULT_PORT } from "@holdfast/runtime/node";
import type { Io, Options } from "../command.ts";
import { findBaseUrl } from "../storekit/base-url.ts";
import { isSwitchedOn } from "../switch-variable.ts";
import { cloudflareApiUrl } from "../workers/open-namespace.ts";
import { createClientAddress } from "./client-address.ts";
import { readDecisionDays } from "./decision-settings.ts";
import { readExportDestination } from "./export-settings.ts";
import { readProvider } from "./provider-settings.ts";
import { readAsksRevocations } from "./revocation-settings.ts";
import { readSecretVariable } from "./secret-variable.ts";
import type { ServerOptions } from "./start-server.ts";
import { readStatusSettings } from "./status-settings.ts";

/** Where something listens. */
interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads what a server with a control plane is started with, from options and environment.
 *
 * @throws UsageError `OPTION_INVALID`, `OPTION_MISSING`, `FILE_UNREADABLE`
 */
export async function readControlSettings(
  options: Options,
  io: Io,
): Promise<Pick<ServerOptions, "control" | "clientAddress" | "publicUrl" | "adminListen" | "env">> {
  const provider = await readProvider(io);
  const databaseUrl = await readSecretVariable(io, "HOLDFAST_DATABASE_URL");
  const adminListen = options.text("admin-listen");
  return {
    env: io.env,
    publicUrl: options.text("public-url"),
    clientAddress: createClientAddress(listOf(options.text("trusted-proxies"))),
    ...(adminListen === undefined ? {} : { adminListen: parseListen(adminListen) }),
    control: {
      databaseUrl,
      provider,
      appleHosts: appleHostsOf(io),
      cloudflareApiUrl: cloudflareApiUrl(io),
      statuses: readStatusSettings(io.env),
      decisionDays: readDecisionDays(io.env),
      exports: readExportDestination(io.env),
      asksRevocations: readAsksRevocations(io.env),
      allowPrivateWebhooks: isSwitchedOn(["HOLDFAST_ALLOW_PRIVATE_WEBHOOKS"], io.env),
      allowNonAppleProductionRoots: isSwitchedOn(
        ["HOLDFAST_ALLOW_NON_APPLE_PRODUCTION_ROOTS"],
        io.env,
      ),
    },
  };
}

/** Reads where the first listener is. */
export function readListen(options: Options): ListenAddress {
  return {
    host: options.text("host") ?? DEFAULT_HOST,
    port: options.integer("port", { min: 0, max: MAX_PORT }) ?? DEFAULT_PORT,
  };
}

/** Reads what bounds a runtime, and its end. */
export function readRuntimeBounds(
  options: Options,
): Pick<ServerOptions, "lookupMs" | "decisionDiskBytes" | "shutdownDelayMs" | "shutdownFlushMs"> {
  const lookupMs = options.integer("lookup-ms", { min: 5, max: 300 });
  const megabytes = options.integer("decision-disk", { min: 1, max: MAX_DECISION_DISK });
  const delaySeconds = options.integer("shutdown-delay", { min: 0, max: MAX_SHUTDOWN_SECONDS });
  const flushSeconds = options.integer("shutdown-flush", { min: 0, max: MAX_SHUTDOWN_SECONDS });
  return {
    ...(delaySeconds === undefined ? {} : { shutdownDelayMs: delaySeconds * 1000 }),
    ...(flushSeconds === undefined ? {} : { shutdownFlushMs: flushSeconds * 1000 }),
    ...(lookupMs === undefined ? {} : { lookupMs }),
    ...(megabytes === undefined ? {} : { decisionDiskBytes: megabytes * 1024 ** 2 }),
  };
}

/** A hundred terabytes, in megabytes: more is a slip. */
const MAX_DECISION_DISK = 100_000_000;

/** Ten minutes: who stops a server kills it long before. */
const MAX_SHUTDOWN_SECONDS = 600;

const MAX_PORT = 65_535;

/** A host, or an IPv6 address in brackets, and a port. */
const LISTEN = /^(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(?<port>\d{1,5})$/;

function parseListen(text: string): ListenAddress {
  const { host = "", port = "" } = LISTEN.exec(text)?.groups ?? {};
  if (host !== "" && Number(port) <= MAX_PORT) {
    return { host: host.replaceAll(/[[\]]/g, ""), port: Number(port) };
  }
  throw new UsageError(
    "OPTION_INVALID",
    `--admin-listen: expected an address and a port like 127.0.0.1:8790, got ${text}`,
  );
}

function listOf(text = ""): readonly string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

/** A local App Store's addresses, as the emulator prints them. */
function appleHostsOf(io: Io): ServerOptions["control"]["appleHosts"] {
  const [sandbox, production] = [findBaseUrl("sandbox", io), findBaseUrl("production", io)];
  const connect = (io.env["HOLDFAST_CONNECT_URL"] ?? "").trim();
  return {
    ...(sandbox === undefined ? {} : { sandbox: sandbox.url }),
    ...(production === undefined ? {} : { production: production.url }),
    ...(connect === "" ? {} : { connect }),
  };
}
