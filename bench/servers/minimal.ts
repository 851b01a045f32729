// The yardstick: node:http, verify, sign, answer, and nothing else. No limits, no checks of fields,
// no trust decision beyond one chain known beforehand, no rules, no record: what answering costs at least.
import { createPrivateKey, randomUUID, sign, verify, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { createServer } from "node:http";
import { listening, world } from "./world.ts";

const { keyId, issuerId, privateKey, bundleId, productId, offerIdentifier, messageIdentifier } =
  world;
const signingKey = createPrivateKey(privateKey);
const dsaEncoding = "ieee-p1363";
const header = Buffer.from(`{"alg":"ES256","typ":"JWT","kid":"${keyId}"}`).toString("base64url");
const leafKeys = new Map<string, KeyObject>();

function leafKeyOf(segment: string): KeyObject {
  let key = leafKeys.get(segment);
  if (key === undefined) {
    const { x5c } = JSON.parse(Buffer.from(segment, "base64url").toString());
    key = new X509Certificate(Buffer.from(x5c[0], "base64")).publicKey;
    leafKeys.set(segment, key);
  }
  return key;
}

function answer(body: string): string {
  const { signedPayload } = JSON.parse(body);
  const payloadAt = signedPayload.indexOf(".") + 1;
  const signatureAt = signedPayload.indexOf(".", payloadAt) + 1;
  const key = leafKeyOf(signedPayload.slice(0, payloadAt - 1));
  const input = Buffer.from(signedPayload.slice(0, signatureAt - 1), "latin1");
  const signature = Buffer.from(signedPayload.slice(signatureAt), "base64url");
  if (!verify("sha256", input, { key, dsaEncoding }, signature)) return "";
  const request = JSON.parse(
    Buffer.from(signedPayload.slice(payloadAt, signatureAt - 1), "base64url").toString(),
  );
  const claims = `{"iss":"${issuerId}","iat":${Math.floor(request.signedDate / 1000)},"aud":"promotional-offer","bid":"${bundleId}","nonce":"${randomUUID()}","productId":"${productId}","offerIdentifier":"${offerIdentifier}","transactionId":"${request.originalTransactionId}"}`;
  const unsigned = `${header}.${Buffer.from(claims).toString("base64url")}`;
  const offer = sign("sha256", Buffer.from(unsigned, "latin1"), { key: signingKey, dsaEncoding });
  return `{"promotionalOffer":{"messageIdentifier":"${messageIdentifier}","promotionalOfferSignatureV2":"${unsigned}.${offer.toString("base64url")}"}}`;
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = answer(
      (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString() ?? "",
    );
    const head = {
      "content-type": "application/json; charset=utf-8",
      "content-length": body.length,
    };
    response.writeHead(body === "" ? 403 : 200, head).end(body);
  });
});
listening(server);
