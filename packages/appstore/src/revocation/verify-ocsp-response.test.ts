import { describe, expect, test } from "vitest";
import type { Bytes } from "../crypto/index.ts";
import { parseCertificate } from "../signed-data/certificate.ts";
import { createTestAppStore } from "../signed-data/testing/index.ts";
import { hex, writeDer } from "../signed-data/testing/write-der.ts";
import { writeExtension } from "../signed-data/testing/write-certificate.ts";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import { certificateIdOf } from "./certificate-id.ts";
import {
  issueResponder,
  issueRsaResponder,
  writeOcspResponse,
  writeSingle,
} from "./testing/test-responder.ts";
import type { TestResponseParts } from "./testing/test-responder.ts";
import { verifyOcspResponse } from "./verify-ocsp-response.ts";
import type { VerifiedStatus } from "./verify-ocsp-response.ts";

const NOW = Date.now();
const MINUTE_MS = 60_000;
const { chain } = await createTestAppStore();
const { leaf, intermediate, root } = chain;
const stranger = await createTestAppStore();
const responder = await issueResponder(intermediate);
const rsaResponder = await issueRsaResponder(intermediate);
const signers = {
  critical: await issueResponder(intermediate, { isCritical: true }),
  foreign: await issueResponder(stranger.chain.intermediate),
  ofRoot: await issueResponder(root),
  withoutUsage: await issueResponder(intermediate, { usages: [] }),
  forServers: await issueResponder(intermediate, { usages: ["1.3.6.1.5.5.7.3.1"] }),
  expired: await issueResponder(intermediate, { notAfter: new Date("2026-01-01") }),
  weak: await issueRsaResponder(intermediate, 1024),
};
const id = await certificateIdOf(parseCertificate(leaf.der), parseCertificate(intermediate.der));

function response(parts: Partial<TestResponseParts> = {}): Bytes {
  return writeOcspResponse({
    certificate: leaf.der,
    issuer: intermediate.der,
    signer: responder,
    ...parts,
  });
}

async function verify(der: Bytes, now = NOW): Promise<VerifiedStatus> {
  return verifyOcspResponse(der, { id, issuer: parseCertificate(intermediate.der), now });
}

describe("verifyOcspResponse()", () => {
  test.each(["good", "revoked", "unknown"] as const)("returns %s as it is said", async (status) => {
    const nextUpdate = Math.floor(NOW / 1000) * 1000 + 60 * MINUTE_MS;
    expect(await verify(response({ status, nextUpdate }))).toEqual({ status, nextUpdate });
  });

  test.each<[string, Partial<TestResponseParts>]>([
    ["the issuer itself", { signer: intermediate, certificates: [] }],
    ["the issuer itself, by name", { signer: intermediate, responderBy: "name" }],
    ["a responder by name", { responderBy: "name" }],
    ["a responder with SHA-384", { hash: "sha384" }],
    ["a responder with SHA-512", { hash: "sha512" }],
    ["an RSA responder", { signer: rsaResponder }],
    ["an RSA responder with SHA-384", { signer: rsaResponder, hash: "sha384" }],
    ["a responder between others", { certificates: [root.der, responder.der, hex("3000")] }],
    ["a responder whose usage is critical", { signer: signers.critical }],
    ["a responder with a nonce nobody sent", { extensions: [nonce()] }],
  ])("believes %s", async (_, parts) => {
    expect(await verify(response(parts))).toMatchObject({ status: "good" });
  });

  test.each<[string, Partial<TestResponseParts>, string]>([
    ["another certificate's status", { certificate: root.der }, "OCSP_RESPONSE_FOREIGN"],
    [
      "the status of the same serial number by another issuer",
      { issuer: root.der },
      "OCSP_RESPONSE_FOREIGN",
    ],
    ["no status at all", { singles: [] }, "OCSP_RESPONSE_FOREIGN"],
    [
      "two statuses of one certificate",
      {
        singles: (["good", "revoked"] as const).map((status) =>
          writeSingle({ certificate: leaf.der, issuer: intermediate.der, status }),
        ),
      },
      "OCSP_RESPONSE_MALFORMED",
    ],
    [
      "a replayed one, of yesterday",
      { thisUpdate: NOW - 24 * 60 * MINUTE_MS, nextUpdate: NOW - 2 * MINUTE_MS },
      "OCSP_RESPONSE_OUTDATED",
    ],
    ["one of tomorrow", { thisUpdate: NOW + 2 * MINUTE_MS }, "OCSP_RESPONSE_OUTDATED"],
    ["one that never ends", { nextUpdate: null }, "OCSP_RESPONSE_OUTDATED"],
    [
      "one that ends before it begins",
      { thisUpdate: NOW + MINUTE_MS / 2, nextUpdate: NOW - MINUTE_MS / 2 },
      "OCSP_RESPONSE_OUTDATED",
    ],
    ["one signed by the leaf", { signer: leaf }, "OCSP_RESPONDER_UNAUTHORIZED"],
    [
      "one signed by the root, whose issuer it is not",
      { signer: root },
      "OCSP_RESPONDER_UNAUTHORIZED",
    ],
    [
      "one of a responder of another App Store with the same names",
      { signer: signers.foreign },
      "OCSP_RESPONDER_UNAUTHORIZED",
    ],
    [
      "one of another intermediate with the issuer's name",
      { signer: stranger.chain.intermediate, responderBy: "name" },
      "OCSP_SIGNATURE_INVALID",
    ],
    ["one of a responder of the root's", { signer: signers.ofRoot }, "OCSP_RESPONDER_UNAUTHORIZED"],
    [
      "one of a certificate that may not sign statuses",
      { signer: signers.withoutUsage },
      "OCSP_RESPONDER_UNAUTHORIZED",
    ],
    [
      "one of a certificate for something else",
      { signer: signers.forServers },
      "OCSP_RESPONDER_UNAUTHORIZED",
    ],
    [
      "one of a responder that has expired",
      { signer: signers.expired },
      "OCSP_RESPONDER_UNAUTHORIZED",
    ],
    ["one of a weak RSA key", { signer: signers.weak }, "OCSP_RESPONDER_UNAUTHORIZED"],
    [
      "one whose responder does not come along",
      { certificates: [] },
      "OCSP_RESPONDER_UNAUTHORIZED",
    ],
    [
      "one whose responder comes fifth",
      { certificates: [root.der, root.der, root.der, root.der, responder.der] },
      "OCSP_RESPONDER_UNAUTHORIZED",
    ],
    ["one that was changed", { tamper: makeGood, status: "unknown" }, "OCSP_SIGNATURE_INVALID"],
    [
      "one signed with another key than its responder's",
      { signer: { der: responder.der, privateKey: leaf.privateKey } },
      "OCSP_SIGNATURE_INVALID",
    ],
    [
      "one signed with RSA by a responder on a curve",
      {
        signer: { der: responder.der, privateKey: rsaResponder.privateKey },
        certificates: [responder.der],
      },
      "OCSP_SIGNATURE_INVALID",
    ],
    ["one signed with SHA-1", { hash: "sha1" }, "OCSP_RESPONSE_MALFORMED"],
    [
      "one with a critical extension nobody knows",
      { extensions: [writeExtension("2b 06 01", hex("0500"), { critical: hex("0101ff") })] },
      "OCSP_RESPONSE_MALFORMED",
    ],
  ])("refuses %s", async (_, parts, code) => {
    expect(await rejectionOf(verify(response(parts)))).toMatchObject({ code });
  });

  test("allows 60 s of skew at either end", async () => {
    const second = Math.floor(NOW / 1000) * 1000;
    const [thisUpdate, nextUpdate] = [second, second + 60 * MINUTE_MS];
    const der = response({ thisUpdate, nextUpdate });
    for (const now of [thisUpdate - MINUTE_MS, nextUpdate + MINUTE_MS]) {
      expect(await verify(der, now)).toMatchObject({ status: "good" });
    }
    for (const now of [thisUpdate - MINUTE_MS - 1, nextUpdate + MINUTE_MS + 1]) {
      expect(await rejectionOf(verify(der, now))).toMatchObject({ code: "OCSP_RESPONSE_OUTDATED" });
    }
  });
});

function makeGood(signedPart: Bytes): Bytes {
  return hex(Buffer.from(signedPart).toString("hex").replace("8200180f", "8000180f"));
}

function nonce(): Bytes {
  return writeExtension("2b 06 01 05 05 07 30 01 02", writeDer(0x04, hex("00".repeat(16))));
}
