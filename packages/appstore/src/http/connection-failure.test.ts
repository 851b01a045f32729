import { describe, expect, test } from "vitest";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import { readConnectionFailure } from "./connection-failure.ts";
import type { ApiFetch } from "./index.ts";
import { closedBaseUrl } from "./testing/closed-port.ts";
import { createTestTransport, READ } from "./testing/test-transport.ts";

const failed = (cause: unknown): TypeError => new TypeError("fetch failed", { cause });
const systemError = (fields: object): Error => Object.assign(new Error("x"), fields);

describe("readConnectionFailure()", () => {
  test.each([
    [{ code: "ECONNREFUSED", syscall: "connect" }, "unreachable"],
    [{ code: "ENOTFOUND", syscall: "getaddrinfo" }, "unreachable"],
    [{ code: "EAI_AGAIN" }, "unreachable"],
    [{ code: "UND_ERR_CONNECT_TIMEOUT" }, "unreachable"],
    [{ code: "EHOSTUNREACH", syscall: "connect" }, "unreachable"],
    [{ code: "ETIMEDOUT", syscall: "connect" }, "unreachable"],
    [{ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "untrusted"],
    [{ code: "CERT_HAS_EXPIRED" }, "untrusted"],
    [{ code: "ERR_TLS_CERT_ALTNAME_INVALID" }, "untrusted"],
    [{ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }, "untrusted"],
    // These may come from a connection over which the call went out.
    [{ code: "EHOSTUNREACH", syscall: "read" }, "lost"],
    [{ code: "ETIMEDOUT", syscall: "read" }, "lost"],
    [{ code: "ECONNRESET", syscall: "read" }, "lost"],
    [{ code: "EPIPE", syscall: "write" }, "lost"],
    [{ code: "UND_ERR_SOCKET" }, "lost"],
  ])("reads %o as %s", (fields, kind) => {
    expect(readConnectionFailure(failed(systemError(fields)))).toEqual({
      kind,
      reason: fields.code,
    });
  });

  test("reads what all addresses of a host have in common", () => {
    const errors = [systemError({ code: "ECONNREFUSED", syscall: "connect" })];
    const all = failed(new AggregateError(errors));
    expect(readConnectionFailure(all).kind).toBe("unreachable");
  });

  test.each([
    ["no error", "a text"],
    ["nothing", undefined],
    ["an error without causes", new TypeError("fetch failed")],
    ["a code that is no name", failed(systemError({ code: "a token" }))],
    ["a number", failed(systemError({ code: 5, syscall: 6 }))],
    ["no addresses", failed(new AggregateError([]))],
  ])("takes the connection for lost for %s", (_, error) => {
    expect(readConnectionFailure(error)).toEqual({ kind: "lost", reason: undefined });
  });

  test("ends with an error that causes itself", () => {
    const error = failed(undefined);
    error.cause = error;
    expect(readConnectionFailure(error).kind).toBe("lost");
  });
});

describe("createApiTransport() without a connection", () => {
  test("says where nothing listens", async () => {
    const baseUrl = await closedBaseUrl();
    const { transport } = createTestTransport({ baseUrl });
    const error = await rejectionOf(transport.send(READ));
    expect(error).toMatchObject({ code: "APPLE_UNREACHABLE", effect: "none", retryable: true });
    expect(error.message).toContain(new URL(baseUrl).host);
    expect(error.message).toContain("ECONNREFUSED");
  });

  test("does not repeat where the certificate is not trusted", async () => {
    let calls = 0;
    const untrusted: ApiFetch = () => {
      calls += 1;
      return Promise.reject(failed(systemError({ code: "SELF_SIGNED_CERT_IN_CHAIN" })));
    };
    const { transport } = createTestTransport({ baseUrl: "https://127.0.0.1", fetch: untrusted });
    const error = await rejectionOf(transport.send(READ));
    expect(error).toMatchObject({ code: "APPLE_UNREACHABLE", effect: "none", retryable: false });
    expect(calls).toBe(1);
  });
});
