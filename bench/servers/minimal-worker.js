// The yardstick on Workers: verify, sign, answer, and nothing else. No limits, no checks of fields, no trust
// decision beyond one chain known beforehand, no rules, no record: what answering costs at least in workerd.
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const ECDSA = { name: "ECDSA", hash: "SHA-256" };
const URL_SAFE = { alphabet: "base64url" };

let keys;

async function importKeys({ LEAF_KEY, SIGNING_KEY }) {
  return {
    leaf: await crypto.subtle.importKey("spki", Uint8Array.fromBase64(LEAF_KEY), CURVE, false, [
      "verify",
    ]),
    own: await crypto.subtle.importKey("pkcs8", Uint8Array.fromBase64(SIGNING_KEY), CURVE, false, [
      "sign",
    ]),
  };
}

export default {
  async fetch(request, env) {
    keys ??= await importKeys(env);
    const { signedPayload } = await request.json();
    const [header, payload, signature] = signedPayload.split(".");
    const isGenuine = await crypto.subtle.verify(
      ECDSA,
      keys.leaf,
      Uint8Array.fromBase64(signature, URL_SAFE),
      encoder.encode(`${header}.${payload}`),
    );
    if (!isGenuine) return new Response(null, { status: 403 });
    const { signedDate, originalTransactionId } = JSON.parse(
      decoder.decode(Uint8Array.fromBase64(payload, URL_SAFE)),
    );
    const claims = JSON.stringify({
      ...JSON.parse(env.CLAIMS),
      iat: Math.floor(signedDate / 1000),
      nonce: crypto.randomUUID(),
      transactionId: originalTransactionId,
    });
    const unsigned = `${env.HEADER}.${encoder.encode(claims).toBase64({ ...URL_SAFE, omitPadding: true })}`;
    const signed = new Uint8Array(
      await crypto.subtle.sign(ECDSA, keys.own, encoder.encode(unsigned)),
    );
    const jws = `${unsigned}.${signed.toBase64({ ...URL_SAFE, omitPadding: true })}`;
    return Response.json({
      promotionalOffer: { messageIdentifier: env.MESSAGE, promotionalOfferSignatureV2: jws },
    });
  },
};
