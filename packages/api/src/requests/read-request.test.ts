import { describe, expect, test } from "vitest";
import { routes } from "../resources/routes.ts";
import { readRequest } from "./read-request.ts";

const { createSession, readHealth } = routes;

/** A body that never ends, and how much of it was taken. */
function endlessBody(chunk: Uint8Array): { stream: ReadableStream; taken: () => number } {
  let taken = 0;
  const stream = new ReadableStream({
    pull(controller) {
      taken += chunk.length;
      controller.enqueue(chunk);
    },
  });
  return { stream, taken: () => taken };
}

function post(body: ReadableStream | Uint8Array<ArrayBuffer>): Request {
  // A stream needs `duplex`, which is not in the types yet.
  const init: RequestInit & { readonly duplex: "half" } = {
    method: "POST",
    body,
    duplex: "half",
    headers: { "Content-Type": "application/json" },
  };
  return new Request("https://holdfast.example.com/v1/session", init);
}

describe("readRequest()", () => {
  test("reads a body that comes in pieces, in the middle of a character too", async () => {
    const bytes = new TextEncoder().encode(
      JSON.stringify({ email: "kim@exämple.com", password: "x" }),
    );
    const stream = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const { body } = await readRequest(createSession, post(stream), {});
    expect(body).toEqual({ email: "kim@exämple.com", password: "x" });
  });

  test("stops reading at the operation's limit", async () => {
    const { stream, taken } = endlessBody(new Uint8Array(16 * 1024).fill(32));
    await expect(readRequest(createSession, post(stream), {})).rejects.toMatchObject({
      code: "BODY_TOO_LARGE",
    });
    expect(taken()).toBeLessThan(256 * 1024);
  });

  test("refuses a body that breaks off: nobody's fault but its sender's", async () => {
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
      pull: (controller) => controller.error(new Error("aborted")),
    });
    await expect(readRequest(createSession, post(stream), {})).rejects.toMatchObject({
      code: "INPUT_INVALID",
      facts: { issues: [{ path: ["body"], message: "broke off before its end" }] },
    });
  });

  test("refuses a body that is not UTF-8", async () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc3],
    ]) {
      await expect(
        readRequest(createSession, post(Uint8Array.from(bytes)), {}),
      ).rejects.toMatchObject({
        code: "INPUT_INVALID",
        facts: { issues: [{ path: ["body"], message: "expected UTF-8" }] },
      });
    }
  });

  test("reads no more than a piece of a body where none is taken", async () => {
    const { stream } = endlessBody(new Uint8Array(1024));
    await expect(readRequest(readHealth, post(stream), {})).rejects.toMatchObject({
      code: "INPUT_INVALID",
      facts: { issues: [{ path: ["body"], message: "expected no body" }] },
    });
  });
});
