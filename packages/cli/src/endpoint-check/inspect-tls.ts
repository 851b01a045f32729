import { connect } from "node:tls";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import { NoConnection } from "./connection-failure.ts";
import { codeOf } from "./error-code.ts";
import { fine, flawed } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";

/** How long a handshake may take. */
const TIMEOUT_MS = 10_000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Certificates that renew themselves do so earlier. */
const SOON_DAYS = 14;
/** A chain that is longer has a loop. */
const MAX_CHAIN = 10;

/** What an endpoint shows of itself when it is connected to. */
export interface TlsInspection {
  /** Absent where there is no connection at all. */
  readonly protocol: string | undefined;
  /** Subjects from the endpoint's own certificate to the root, where the endpoint sent them. */
  readonly chain: readonly string[];
  readonly validTo: string | undefined;
  readonly findings: readonly Finding[];
  /** Whether requests can be sent. */
  readonly isTrusted: boolean;
}

/** How an endpoint is connected to. */
export interface TlsOptions {
  /** Trusted instead of the usual roots, PEM. */
  readonly ca?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Looks at an endpoint's certificates and protocol. Node's roots decide, which are Mozilla's; Apple
 * has its own, so a certificate of a rare authority can be judged otherwise there.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/setting-up-retention-messaging-endpoint
 * @throws NoConnection
 */
export async function inspectTls(url: URL, options: TlsOptions): Promise<TlsInspection> {
  let socket: TLSSocket;
  try {
    socket = await shakeHands(url, options, {});
  } catch (error) {
    if (!isProtocolFailure(error)) {
      throw new NoConnection(codeOf(error) ?? "TIMED_OUT", { cause: error });
    }
    return NO_HANDSHAKE;
  }
  const certificate = socket.getPeerCertificate(true);
  const { authorized, authorizationError } = socket;
  const protocol = socket.getProtocol() ?? undefined;
  socket.destroy();
  return {
    protocol,
    chain: chainOf(certificate).map(nameOf),
    validTo: certificate.valid_to,
    isTrusted: authorized,
    findings: [
      judgeTrust(authorized ? undefined : sayReason(authorizationError), url),
      ...judgeExpiry(certificate, options.now),
      await judgeProtocol(protocol, url, options),
    ],
  };
}

const NO_HANDSHAKE: TlsInspection = {
  protocol: undefined,
  chain: [],
  validTo: undefined,
  isTrusted: false,
  findings: [
    flawed("fail", "TLS_PROTOCOL", {
      message: "there is no common protocol from TLS 1.2 on",
      advice: "allow TLS 1.2 and 1.3 with current ciphers, and check that the port speaks TLS",
    }),
  ],
};

interface Versions {
  readonly maxVersion?: "TLSv1.2";
}

function shakeHands(url: URL, options: TlsOptions, versions: Versions): Promise<TLSSocket> {
  const { hostname, port } = url;
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const socket = connect({
    host,
    port: port === "" ? 443 : Number(port),
    ...(isAddress(host) ? {} : { servername: host }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    minVersion: "TLSv1.2",
    ...versions,
    // What is wrong is told, not thrown.
    rejectUnauthorized: false,
  });
  const stop = AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  return new Promise((resolve, reject) => {
    const abort = (): void => void socket.destroy(new Error("no handshake in time"));
    stop.addEventListener("abort", abort, { once: true });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      stop.removeEventListener("abort", abort);
      resolve(socket);
    });
  });
}

/** Server names are names: addresses are not sent (RFC 6066 §3). */
function isAddress(host: string): boolean {
  return host.includes(":") || /^\d+(?:\.\d+){3}$/.test(host);
}

/** Something answered, but not with TLS that we both know. */
function isProtocolFailure(error: unknown): boolean {
  return /^(?:ERR_SSL_|EPROTO)/.test(codeOf(error) ?? "");
}

/** Node's types say an error; it is one, or its code. */
function sayReason(error: unknown): string {
  if (typeof error === "string") return error;
  if (!(error instanceof Error)) return "unknown";
  return codeOf(error) ?? error.message;
}

const REASONS: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "send the intermediate certificates, too: the full chain",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "send the intermediate certificates, too: the full chain",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "use a certificate of a public authority; --ca trusts one for a test",
  SELF_SIGNED_CERT_IN_CHAIN: "use a certificate of a public authority; --ca trusts one for a test",
  CERT_HAS_EXPIRED: "renew the certificate",
  ERR_TLS_CERT_ALTNAME_INVALID: "get a certificate for this host name",
};

function judgeTrust(reason: string | undefined, { hostname }: URL): Finding {
  if (reason === undefined) return fine("TLS_CERTIFICATE", `trusted, and for ${hostname}`);
  return flawed("fail", "TLS_CERTIFICATE", {
    message: `the certificate is not trusted: ${reason}`,
    advice: REASONS[reason] ?? "use a valid certificate of a public authority",
  });
}

function judgeExpiry({ valid_to }: DetailedPeerCertificate, now: number): readonly Finding[] {
  const end = Date.parse(valid_to);
  if (Number.isNaN(end)) return [];
  const days = Math.floor((end - now) / DAY_MS);
  const message = `the certificate ends on ${new Date(end).toISOString().slice(0, 10)}, in ${days} days`;
  if (days >= SOON_DAYS) return [fine("TLS_EXPIRY", message)];
  const advice = "renew it; when it ends, Apple falls back for everybody";
  return [flawed(days < 0 ? "fail" : "warn", "TLS_EXPIRY", { message, advice })];
}

/** Apple's page names TLS 1.2; whether the App Store also speaks 1.3 is UNCONFIRMED. */
async function judgeProtocol(
  protocol: string | undefined,
  url: URL,
  options: TlsOptions,
): Promise<Finding> {
  const message = `speaks ${protocol ?? "an unknown protocol"}`;
  if (protocol === "TLSv1.2") return fine("TLS_PROTOCOL", message);
  try {
    (await shakeHands(url, options, { maxVersion: "TLSv1.2" })).destroy();
    return fine("TLS_PROTOCOL", `${message} and TLSv1.2`);
  } catch {
    return flawed("warn", "TLS_PROTOCOL", {
      message: `${message}, and refuses TLSv1.2`,
      advice: "allow TLS 1.2 as well: Apple's page asks for it",
    });
  }
}

/** A root has itself as issuer. */
function chainOf(certificate: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  // The last one of an incomplete chain has no issuer, whatever the types say.
  let current: DetailedPeerCertificate | undefined = certificate;
  while (current !== undefined && !chain.includes(current) && chain.length < MAX_CHAIN) {
    chain.push(current);
    current = current.issuerCertificate as DetailedPeerCertificate | undefined;
  }
  return chain;
}

/** The parts of a name are lists where there are several of a kind, and missing in an empty one. */
function nameOf({ subject }: DetailedPeerCertificate): string {
  const { CN, O } = (subject ?? {}) as Readonly<
    Record<string, string | readonly string[] | undefined>
  >;
  return String(CN ?? O ?? "unnamed");
}
