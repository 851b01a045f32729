import { defineRoute } from "../contract/define-route.ts";
import { appId, id } from "../fields/identifiers.ts";
import { open } from "../fields/object-fields.ts";
import { patterned } from "../fields/text-fields.ts";

/** Reads what publishes an app. */
export const readPublisherKey = defineRoute({
  operationId: "readPublisherKey",
  method: "GET",
  path: "/v1/apps/{app}/publisher-key",
  tag: "Runtimes",
  summary: "Read the publisher's public key",
  description:
    "Reads the public key that an app's publications and stop lists are verified by. Runtimes get it by configuration and never from here by themselves: so whoever takes over the control plane's connection cannot publish. The private key never leaves the server.",
  access: "viewer",
  params: { app: appId },
  success: {
    status: 200,
    about: "The public key.",
    body: open(
      {
        keyId: id("The key's id: the beginning of its SHA-256.", "q83vEjRWeJASNFZ4"),
        publicKeyPem: patterned("The public key (P-256) as PEM: the runtime's `publisherKey`.", {
          pattern: /^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+-----END PUBLIC KEY-----\n$/,
          expected: "a public key as PEM",
          max: 1024,
          example: "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n",
        }),
      },
      { id: "PublisherKey", about: "What publishes an app." },
    ),
  },
});
