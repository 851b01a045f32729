import { webcrypto } from "node:crypto";
import { join } from "node:path";
import { X509Certificate } from "./x509.ts";
import { emulatorError } from "../errors/index.ts";
import { readFileIfPresent } from "../files/read-file-if-present.ts";
import { makePrivateDirectory, writeFileAtomically } from "../files/write-file-atomically.ts";
import type { Certificates } from "./certificates.ts";
import type { Issued } from "./issue-certificate.ts";
import { type Curve, exportPrivateKey, importKeyPair } from "./key-pair.ts";

/** All certificates and keys in one file, so that they are replaced together or not at all. */
const AUTHORITY_FILE = "authority.json";
/** The root alone, for whoever is to trust it. */
const ROOT_FILE = "root.pem";
const VERSION = 1;

/** The curve of each certificate's key, in the order they are kept. */
const CURVES = {
  root: "P-384",
  intermediate: "P-384",
  leaf: "P-256",
  rootResponder: "P-256",
  intermediateResponder: "P-256",
} as const satisfies Record<keyof Certificates, Curve>;

/** Writes `certificates` with their keys into `directory`, for its owner alone. */
export async function keepCertificates(
  directory: string,
  certificates: Certificates,
): Promise<void> {
  const content = {
    version: VERSION,
    root: await describe(certificates.root),
    intermediate: await describe(certificates.intermediate),
    leaf: await describe(certificates.leaf),
    rootResponder: await describe(certificates.rootResponder),
    intermediateResponder: await describe(certificates.intermediateResponder),
  };
  makePrivateDirectory(directory);
  writeFileAtomically(join(directory, AUTHORITY_FILE), `${JSON.stringify(content, null, 2)}\n`);
  const root = certificates.root.certificate.toString("pem");
  writeFileAtomically(join(directory, ROOT_FILE), `${root}\n`);
}

/**
 * Returns what `keepCertificates` wrote into `directory`, or `undefined` when there is nothing.
 * Throws `CA_UNREADABLE` when there is something else.
 */
export async function readKeptCertificates(directory: string): Promise<Certificates | undefined> {
  const path = join(directory, AUTHORITY_FILE);
  const text = readFileIfPresent(path);
  if (text === undefined) return undefined;
  try {
    return await parseCertificates(JSON.parse(text));
  } catch (error) {
    throw emulatorError(
      "CA_UNREADABLE",
      `${path} is not a certificate authority this emulator kept; remove it to have a new one made (its root must then be trusted anew)`,
      { cause: error },
    );
  }
}

async function describe({ certificate, keys }: Issued) {
  return { certificate: certificate.toString("pem"), key: await exportPrivateKey(keys) };
}

async function parseCertificates(content: unknown): Promise<Certificates> {
  const kept = asRecord(content);
  if (kept["version"] !== VERSION) throw new TypeError(`expected version ${VERSION}`);
  return {
    root: await parseIssued(kept, "root"),
    intermediate: await parseIssued(kept, "intermediate"),
    leaf: await parseIssued(kept, "leaf"),
    rootResponder: await parseIssued(kept, "rootResponder"),
    intermediateResponder: await parseIssued(kept, "intermediateResponder"),
  };
}

async function parseIssued(
  kept: Readonly<Record<string, unknown>>,
  role: keyof Certificates,
): Promise<Issued> {
  const { certificate, key } = asRecord(kept[role]);
  if (typeof certificate !== "string" || typeof key !== "string") {
    throw new TypeError(`expected a certificate and a key for ${role}`);
  }
  const issued = {
    certificate: new X509Certificate(certificate),
    keys: await importKeyPair(key, CURVES[role]),
  };
  await assertBelongTogether(issued, role);
  return issued;
}

async function assertBelongTogether({ certificate, keys }: Issued, role: string): Promise<void> {
  const spki = Buffer.from(await webcrypto.subtle.exportKey("spki", keys.publicKey));
  if (!spki.equals(Buffer.from(certificate.publicKey.rawData))) {
    throw new TypeError(`expected the key of ${role} to be its certificate's`);
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new TypeError("expected an object");
  // A non-null object can be read by name; what is read is unknown again.
  return value as Readonly<Record<string, unknown>>;
}
