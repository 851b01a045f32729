import { describe, expect, test } from "vitest";
import { MAX_BODY_BYTES, receive } from "./receive.ts";

const URL = "http://localhost/apple/retention/yoga/sandbox";

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;

function post(body: Body, headers: Record<string, string> = {}): Request {
  return new Request(URL, { method: "POST", body, headers, ...({ duplex: "half" } as object) });
}

/** A request whose body declares no length, as with chunked encoding. */
function streamed(...chunks: string[]): Request {
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  return post(stream, { "content-type": "application/json" });
}

describe("receive() returns the payload", () => {
  const body = JSON.stringify({ signedPayload: "a.b.c", later: 1 });
  test.each([
    ["application/json"],
    ["application/json; charset=utf-8"],
    ['Application/JSON; charset="UTF-8"'],
  ])("with Content-Type %s", async (contentType) => {
    await expect(receive(post(body, { "content-type": contentType }))).resolves.toBe("a.b.c");
  });

  test("with no Content-Type at all", async () => {
    const request = post(new TextEncoder().encode(body));
    expect(request.headers.get("content-type")).toBeNull();
    await expect(receive(request)).resolves.toBe("a.b.c");
  });

  test("from a body in pieces", async () => {
    await expect(receive(streamed('{"signedPa', 'yload":"a.', 'b.c"}'))).resolves.toBe("a.b.c");
  });
});

describe("receive() refuses", () => {
  const json = { "content-type": "application/json" };
  const big = JSON.stringify({ signedPayload: "x".repeat(MAX_BODY_BYTES) });
  test.each([
    ["another type", post("{}", { "content-type": "text/plain" }), "CONTENT_TYPE_UNSUPPORTED"],
    [
      "another charset",
      post("{}", { "content-type": "application/json; charset=utf-16" }),
      "CHARSET_UNSUPPORTED",
    ],
    ["no body", post(null, json), "BODY_MISSING"],
    ["an empty body", post("", json), "BODY_MISSING"],
    [
      "a declared length over the limit",
      post(big, { ...json, "content-length": String(big.length) }),
      "BODY_TOO_LARGE",
    ],
    ["an undeclared body over the limit", streamed(big), "BODY_TOO_LARGE"],
    ["what is no JSON", post("{", json), "BODY_MALFORMED"],
    ["an array", post("[]", json), "BODY_MALFORMED"],
    ["null", post("null", json), "BODY_MALFORMED"],
    ["a string", post('"a.b.c"', json), "BODY_MALFORMED"],
    ["an object without signedPayload", post("{}", json), "SIGNED_PAYLOAD_MISSING"],
    [
      "a signedPayload that is no string",
      post('{"signedPayload":1}', json),
      "SIGNED_PAYLOAD_MISSING",
    ],
    [
      "an inherited signedPayload",
      post('{"__proto__":{"signedPayload":"a.b.c"}}', json),
      "SIGNED_PAYLOAD_MISSING",
    ],
  ])("%s", async (_, request, code) => {
    await expect(receive(request)).rejects.toMatchObject({ code });
  });
});
