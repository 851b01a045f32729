import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openS3Store } from "./s3-store.ts";
import { LOCAL_S3_KEYS, startLocalS3 } from "./testing/local-s3.ts";

const { signal } = new AbortController();
const object = { key: "a/b=c/file.txt", body: Buffer.from("text"), contentType: "text/plain" };

/** What the SDK finds its credentials in. */
function withKeys({ accessKeyId, secretAccessKey }: Keys): void {
  vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
  onTestFinished(() => void vi.unstubAllEnvs());
}

type Keys = Readonly<Record<keyof typeof LOCAL_S3_KEYS, string>>;

describe("openS3Store()", () => {
  test("writes, replaces and deletes objects", async () => {
    withKeys(LOCAL_S3_KEYS);
    const { endpoint, keys, read } = await startLocalS3();
    const store = await openS3Store({ bucket: "lake", region: "us-east-1", endpoint });
    await store.put(object, signal);
    await store.put({ ...object, body: Buffer.from("other") }, signal);
    expect(Buffer.from(await read(object.key)).toString()).toBe("other");
    await store.remove(object.key, signal);
    await store.remove(object.key, signal);
    expect(await keys()).toEqual([]);
  });

  test.each([
    [
      "keys it does not know",
      "lake",
      { accessKeyId: "OTHERKEY", secretAccessKey: "other-secret" },
      /403 InvalidAccessKeyId.*s3:PutObject/,
    ],
    ["a bucket that is not there", "pond", LOCAL_S3_KEYS, /404 NoSuchBucket/],
  ])("refuses %s and says so", async (_, bucket, keys, message) => {
    withKeys(keys);
    const { endpoint } = await startLocalS3();
    const store = await openS3Store({ bucket, region: "us-east-1", endpoint });
    const error: unknown = await store.put(object, signal).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "EXPORT_REFUSED",
      message: expect.stringMatching(message) as string,
    });
    expect(String(error)).not.toMatch(/OTHERKEY|other-secret/);
  });

  test("says that a store cannot be reached", async () => {
    withKeys(LOCAL_S3_KEYS);
    const server = createServer((_, response) => response.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    // A listening TCP server's address is an object.
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const store = await openS3Store({ bucket: "lake", region: "us-east-1", endpoint });
    await expect(store.put(object, signal)).rejects.toMatchObject({ code: "EXPORT_UNREACHABLE" });
  });

  test("says that a store cannot be reached that takes a request and never answers", async () => {
    withKeys(LOCAL_S3_KEYS);
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    // A listening TCP server's address is an object.
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const place = { bucket: "lake", region: "us-east-1", endpoint };
    const store = await openS3Store(place, { timeoutMs: 50 });
    await expect(store.put(object, signal)).rejects.toMatchObject({
      code: "EXPORT_UNREACHABLE",
      message: expect.stringMatching(/no answer within 5\d ms/) as string,
    });
  });

  test("ends with its signal", async () => {
    withKeys(LOCAL_S3_KEYS);
    const { endpoint } = await startLocalS3();
    const store = await openS3Store({ bucket: "lake", region: "us-east-1", endpoint });
    const reason = new Error("stopping");
    await expect(store.put(object, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
