// The certificate library's dependency container needs this polyfill before the library is loaded.
import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { SecureVersion } from "node:tls";
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** How a server differs from one with a good certificate. */
export interface TlsServerOptions {
  readonly listener: RequestListener;
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** Default in a year. */
  readonly notAfter?: Date;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
}

/** An https server on loopback, with an authority made for it. */
export interface TlsServer extends AsyncDisposable {
  readonly url: string;
  /** The authority to trust, PEM. */
  readonly ca: string;
}

/** Starts an https server. */
export async function startTlsServer(options: TlsServerOptions): Promise<TlsServer> {
  const { listener, minVersion, maxVersion } = options;
  const { ca, certificate, key } = await issueChain(options);
  const server = createServer(
    {
      key,
      cert: certificate,
      ...(minVersion === undefined ? {} : { minVersion }),
      ...(maxVersion === undefined ? {} : { maxVersion }),
    },
    listener,
  );
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}/retention`,
    ca,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function issueChain({
  address = "127.0.0.1",
  notAfter = new Date(Date.now() + 365 * 24 * 60 * 60 * 1000),
}: TlsServerOptions): Promise<{ ca: string; certificate: string; key: string }> {
  const notBefore = new Date(Date.UTC(2020));
  const authorityKeys = await generateKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: "CN=Test Authority",
    keys: authorityKeys,
    signingAlgorithm: ALGORITHM,
    notBefore,
    notAfter: new Date(Date.UTC(2049)),
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    subject: "CN=Test Endpoint",
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    notBefore,
    notAfter,
    extensions: [new SubjectAlternativeNameExtension([{ type: "ip", value: address }])],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" });
  return {
    ca: authority.toString("pem"),
    certificate: certificate.toString("pem"),
    key,
  };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}
