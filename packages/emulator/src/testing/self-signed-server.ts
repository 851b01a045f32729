import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { issueSelfSigned } from "../ca/issue-certificate.ts";
import { exportPrivateKey, generateKeyPair } from "../ca/key-pair.ts";
import { validityAt } from "../ca/validity.ts";

/** Starts an https server on loopback whose certificate nobody trusts. */
export async function startSelfSignedServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const keys = await generateKeyPair("P-256");
  const { certificate } = await issueSelfSigned({
    subject: "CN=127.0.0.1",
    keys,
    validity: validityAt(Date.now(), "leaf"),
  });
  const server = createServer(
    { key: await exportPrivateKey(keys), cert: certificate.toString("pem") },
    (_request, response) => response.end(),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
