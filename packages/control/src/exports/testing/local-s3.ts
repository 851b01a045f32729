import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import S3rver from "s3rver";

/** The keys that this server knows, and no other does. */
export const LOCAL_S3_KEYS = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" } as const;

/** An object store on this machine that speaks Amazon's protocol, with an empty bucket `lake`. */
export interface LocalS3 {
  readonly endpoint: string;
  /** Returns every key, in order. */
  readonly keys: () => Promise<readonly string[]>;
  readonly read: (key: string) => Promise<Uint8Array>;
}

/** Starts a server that ends with the test. */
export async function startLocalS3(): Promise<LocalS3> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-s3-"));
  const store = new S3rver({
    directory,
    silent: true,
    configureBuckets: [{ name: "lake", configs: [] }],
  });
  await store.configureBuckets();
  const server = createServer(store.getMiddleware());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A listening TCP server's address is an object.
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: "us-east-1",
    credentials: LOCAL_S3_KEYS,
  });
  onTestFinished(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(directory, { recursive: true });
  });
  return {
    endpoint,
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: "lake" }));
      return Contents.flatMap(({ Key }) => Key ?? []);
    },
    async read(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: "lake", Key: key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
  };
}
