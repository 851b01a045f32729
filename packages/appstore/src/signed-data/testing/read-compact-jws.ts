import { verify } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** A compact JWS taken apart with Node's own means, as an oracle for ours. */
export interface ReadCompactJws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Takes a compact JWS apart, and throws where its ES256 signature is not by this key. */
export function readCompactJws(compact: string, publicKey: KeyObject): ReadCompactJws {
  const [header = "", payload = "", signature = ""] = compact.split(".");
  const key = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
  const data = Buffer.from(`${header}.${payload}`);
  if (!verify("sha256", data, key, Buffer.from(signature, "base64url"))) {
    throw new Error("the signature is wrong");
  }
  return { header: readPart(header), payload: readPart(payload) };
}

function readPart(part: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
  if (typeof value !== "object" || value === null) throw new Error("expected a JSON object");
  return { ...value };
}
