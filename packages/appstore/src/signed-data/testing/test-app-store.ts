import { sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Bytes } from "../../crypto/index.ts";
import { ANY_TIME, issueTestCertificate } from "./test-certificate.ts";
import type {
  TestCertificate,
  TestCertificateDefaults,
  TestCertificateOptions,
} from "./test-certificate.ts";
import { KeyUsageFlags } from "./x509.ts";

/** How the three certificates differ from the default ones. */
export interface TestAppStoreOptions {
  readonly root?: TestCertificateOptions;
  readonly intermediate?: TestCertificateOptions;
  readonly leaf?: TestCertificateOptions;
}

/** Three certificates, leaf first. */
export interface TestChain {
  readonly leaf: TestCertificate;
  readonly intermediate: TestCertificate;
  readonly root: TestCertificate;
}

/** What a token's header says beside the usual; `undefined` leaves a parameter out. */
export type HeaderOverrides = Readonly<Record<string, unknown>>;

/** An App Store of our own: its certificates, and its signature on whatever a test likes. */
export interface TestAppStore {
  /** The root, DER: for `createTrustStore([rootDer])`. */
  readonly rootDer: Bytes;
  /** The root, PEM: for configuration files. */
  readonly rootPem: string;
  readonly chain: TestChain;
  /** The chain as the header holds it: leaf, intermediate, root, each DER in base64. */
  readonly x5c: readonly string[];
  /** Signs any payload: a compact JWS like the App Store's. */
  sign(payload: unknown, headerOverrides?: HeaderOverrides): string;
  /** A store with another leaf under the same intermediate, as when Apple renews it. */
  withNewLeaf(options?: TestCertificateOptions): Promise<TestAppStore>;
  /** A store with another intermediate and leaf under the same root. */
  withNewIntermediate(
    options?: Pick<TestAppStoreOptions, "intermediate" | "leaf">,
  ): Promise<TestAppStore>;
}

/** Apple's marker of the intermediate. */
export const INTERMEDIATE_MARKER = "1.2.840.113635.100.6.2.1";
/** Apple's marker of the leaf. */
export const LEAF_MARKER = "1.2.840.113635.100.6.11.1";

const ANYONE = { ...ANY_TIME, signatureHash: "SHA-384", extraExtensions: [] } as const;
const AUTHORITY = {
  ...ANYONE,
  curve: "P-384",
  isCa: true,
  keyUsage: KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign,
} as const;

const ROOT: TestCertificateDefaults = {
  ...AUTHORITY,
  subject: "CN=Test Root CA, O=Test App Store",
  pathLength: undefined,
  markers: [],
};
const INTERMEDIATE: TestCertificateDefaults = {
  ...AUTHORITY,
  subject: "CN=Test Developer Relations, O=Test App Store",
  pathLength: 0,
  markers: [INTERMEDIATE_MARKER],
};
const LEAF: TestCertificateDefaults = {
  ...ANYONE,
  subject: "CN=Test Receipt Signing, O=Test App Store",
  curve: "P-256",
  isCa: false,
  pathLength: undefined,
  keyUsage: KeyUsageFlags.digitalSignature,
  markers: [LEAF_MARKER],
};

/**
 * Makes an App Store for tests: a root, an intermediate and a leaf with the curves, hashes and marker
 * extensions of Apple's, valid from 2020 to 2049. Keys are made anew each time.
 *
 * @example
 * const store = await createTestAppStore();
 * const trust = createTrustStore([store.rootDer]);
 * const signedPayload = store.sign(testRealtimeRequest());
 */
export async function createTestAppStore(options: TestAppStoreOptions = {}): Promise<TestAppStore> {
  const root = await issueTestCertificate({ ...ROOT, ...options.root });
  return storeUnder(root, options);
}

async function storeUnder(
  root: TestCertificate,
  options: Pick<TestAppStoreOptions, "intermediate" | "leaf">,
): Promise<TestAppStore> {
  const intermediate = await issueTestCertificate(
    { ...INTERMEDIATE, ...options.intermediate },
    root,
  );
  const leaf = await issueTestCertificate({ ...LEAF, ...options.leaf }, intermediate);
  return storeOf({ leaf, intermediate, root });
}

function storeOf(chain: TestChain): TestAppStore {
  const { leaf, intermediate, root } = chain;
  const x5c = [leaf, intermediate, root].map(({ der }) => Buffer.from(der).toString("base64"));
  return {
    rootDer: root.der,
    rootPem: toPem(root.der),
    chain,
    x5c,
    sign: (payload, headerOverrides = {}) =>
      signCompactJws({ alg: "ES256", x5c, ...headerOverrides }, payload, leaf.privateKey),
    async withNewLeaf(options) {
      const newLeaf = await issueTestCertificate({ ...LEAF, ...options }, intermediate);
      return storeOf({ ...chain, leaf: newLeaf });
    },
    withNewIntermediate: (options = {}) => storeUnder(root, options),
  };
}

/** Signs header and payload with ES256 whatever the header says. */
export function signCompactJws(header: object, payload: unknown, privateKey: KeyObject): string {
  const input = `${toBase64Url(header)}.${toBase64Url(payload)}`;
  const signature = sign("sha256", Buffer.from(input), {
    key: privateKey,
    dsaEncoding: "ieee-p1363",
  });
  return `${input}.${signature.toString("base64url")}`;
}

function toBase64Url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function toPem(der: Bytes): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
