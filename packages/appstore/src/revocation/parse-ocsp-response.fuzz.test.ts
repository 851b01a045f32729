import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bytes } from "../crypto/index.ts";
import { parseCertificate } from "../signed-data/certificate.ts";
import { fuzzRuns } from "../signed-data/testing/fuzz-runs.ts";
import { createTestAppStore } from "../signed-data/testing/index.ts";
import { rejectionOf, thrownBy } from "../signed-data/testing/thrown-by.ts";
import { hex, writeDer } from "../signed-data/testing/write-der.ts";
import { certificateIdOf } from "./certificate-id.ts";
import { parseOcspResponse } from "./parse-ocsp-response.ts";
import {
  issueResponder,
  issueRsaResponder,
  wrapBasicResponse,
  writeOcspResponse,
} from "./testing/test-responder.ts";
import { verifyOcspResponse } from "./verify-ocsp-response.ts";

const NOW = Date.now();
const { chain } = await createTestAppStore();
const issuer = parseCertificate(chain.intermediate.der);
const id = await certificateIdOf(parseCertificate(chain.leaf.der), issuer);
const parts = { certificate: chain.leaf.der, issuer: chain.intermediate.der };
const byCurve = writeOcspResponse({ ...parts, signer: await issueResponder(chain.intermediate) });
const byRsa = writeOcspResponse({ ...parts, signer: await issueRsaResponder(chain.intermediate) });
const revoked = writeOcspResponse({ ...parts, signer: chain.intermediate, status: "revoked" });
const RESPONSES = [byCurve, byRsa, revoked];

/** Returns what is said of the leaf, or the code of the refusal; any other error fails. */
async function saidBy(der: Bytes): Promise<string> {
  const verification = verifyOcspResponse(der, { id, issuer, now: NOW });
  return verification.then(
    ({ status }) => status,
    async () => (await rejectionOf(verification)).code,
  );
}

describe("parseOcspResponse()", () => {
  test("refuses every beginning of a response", () => {
    for (const der of RESPONSES) {
      for (let length = 0; length < der.length; length += 1) {
        expect(thrownBy(() => parseOcspResponse(der.slice(0, length)))).toMatchObject({
          code: "OCSP_RESPONSE_MALFORMED",
        });
      }
    }
  });

  test.each([
    ["rubbish", hex("deadbeef")],
    ["something after the end", Uint8Array.of(...byCurve, 0)],
    ["success without a response", writeDer(0x30, hex("0a0100"))],
    ["a status of two bytes", writeDer(0x30, hex("0a020000"))],
    ["a basic response that is empty", wrapBasicResponse(writeDer(0x30))],
    ["another type of response", hex("3013 0a0100 a00e 300c 0606 2b0601050507 0402 3000")],
    ["a million bytes of nothing", wrapBasicResponse(writeDer(0x30, new Uint8Array(60_000)))],
  ])("refuses %s", (_, der) => {
    expect(thrownBy(() => parseOcspResponse(der))).toMatchObject({
      code: "OCSP_RESPONSE_MALFORMED",
    });
  });

  test.each([
    [1, "OCSP_REFUSED"],
    [2, "OCSP_REFUSED"],
    [3, "OCSP_TRY_LATER"],
    [5, "OCSP_REFUSED"],
    [6, "OCSP_REFUSED"],
    [77, "OCSP_REFUSED"],
  ])("says that the responder answered with status %i", (status, code) => {
    const der = writeDer(0x30, Uint8Array.of(0x0a, 0x01, status));
    expect(thrownBy(() => parseOcspResponse(der))).toMatchObject({ code });
  });
});

describe("verifyOcspResponse(), given a response that was changed,", () => {
  const changed = fc
    .tuple(
      fc.constantFrom(...RESPONSES),
      fc.nat(5000),
      fc.nat(2),
      fc.array(fc.nat(255), { maxLength: 2 }),
    )
    .map(([der, at, remove, insert]) => {
      const start = at % der.length;
      return {
        original: der,
        der: Uint8Array.from([...der.slice(0, start), ...insert, ...der.slice(start + remove)]),
      };
    });

  test("never believes another status than the one that was signed", async () => {
    const genuine = new Map<Bytes, string>();
    for (const der of RESPONSES) genuine.set(der, await saidBy(der));
    expect([...genuine.values()]).toEqual(["good", "good", "revoked"]);
    await fc.assert(
      fc.asyncProperty(changed, async ({ original, der }) => {
        const said = await saidBy(der);
        expect(said.startsWith("OCSP_") || said === genuine.get(original)).toBe(true);
      }),
      { numRuns: fuzzRuns(1500) },
    );
  });

  test("refuses any bytes at all without another error", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await saidBy(Uint8Array.from(bytes))).toMatch(/^OCSP_/);
      }),
      { numRuns: fuzzRuns(500) },
    );
  });
});
