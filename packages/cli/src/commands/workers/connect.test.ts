import { startCloudflare } from "@holdfast/emulator/cloudflare";
import type { LocalCloudflare } from "@holdfast/emulator/cloudflare";
import { describe, expect, onTestFinished, test } from "vitest";
import { startOfflineControl } from "../../going-live/testing/offline-control.ts";
import type { OfflineControl } from "../../going-live/testing/offline-control.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { run, runJson } from "../../testing/run.ts";

const SANDBOX = "--app yoga --environment sandbox";
const LIVE = "live/yoga/sandbox";

interface World {
  readonly yoga: OfflineControl;
  readonly io: FakeIo;
  readonly cloudflare: LocalCloudflare;
  readonly namespaceId: string;
  readonly connect: string;
}

/** A control plane beside a local Cloudflare, and somebody with a token of it. */
async function open(env: Readonly<Record<string, string>> = {}): Promise<World> {
  const cloudflare = await startCloudflare();
  onTestFinished(() => cloudflare.close());
  const yoga = await startOfflineControl(0, { cloudflare });
  onTestFinished(() => yoga[Symbol.asyncDispose]());
  const namespaceId = cloudflare.addNamespace();
  const io = await yoga.openIo({ env: { CLOUDFLARE_API_TOKEN: cloudflare.apiToken, ...env } });
  const where = `--account ${cloudflare.accountId} --namespace ${namespaceId}`;
  return { yoga, io, cloudflare, namespaceId, connect: `workers connect --app yoga ${where}` };
}

describe("holdfast workers connect", () => {
  test("has the control plane write what is live, and shows no token", async () => {
    const { io, cloudflare, namespaceId, connect } = await open();
    await run(io, `flow publish ${SANDBOX}`);
    expect(await run(io, connect)).toBe(0);
    expect(io.out()).toContain(`yoga is connected to the namespace ${namespaceId}`);
    expect(io.out()).toContain("sandbox: sequence 1 is written, Workers answer by it within 90 s");
    expect(io.out()).toContain("production: nothing is live");
    expect(cloudflare.keys(namespaceId)).toEqual([LIVE]);
    const { json } = await runJson(io, connect);
    expect(json).toMatchObject({ app: "yoga", namespaceId, subscribers: { pending: 0 } });
    expect(io.out() + JSON.stringify(json)).not.toContain(cloudflare.apiToken);
  });

  test("says that Cloudflare refuses the token, and connects nothing", async () => {
    const { io, connect } = await open({ CLOUDFLARE_API_TOKEN: "another-token" });
    expect(await run(io, connect)).not.toBe(0);
    expect(io.err()).toContain("CLOUDFLARE_REFUSED");
    expect(io.err()).not.toContain("another-token");
    expect(await run(io, "workers disconnect --app yoga --confirm")).not.toBe(0);
    expect(io.err()).toContain("NOT_FOUND");
  });

  test("exits 5 with a token that may read and not write, and says so", async () => {
    const { io, cloudflare, connect } = await open();
    await run(io, `flow publish ${SANDBOX}`);
    cloudflare.faults.add({ kind: "status", status: 403, method: "PUT" });
    expect(await run(io, connect)).toBe(5);
    expect(io.out()).toContain("sandbox: cannot be written: CLOUDFLARE_REFUSED");
  });

  test("names all that is missing", async () => {
    const { io } = await open({ CLOUDFLARE_API_TOKEN: "" });
    expect(await run(io, "workers connect --app yoga")).toBe(2);
    for (const name of ["--account", "--namespace", "CLOUDFLARE_API_TOKEN"]) {
      expect(io.err()).toContain(name);
    }
  });
});

describe("holdfast workers disconnect", () => {
  test("forgets the namespace, and says that Workers go on answering", async () => {
    const { io, cloudflare, namespaceId, connect } = await open();
    await run(io, `flow publish ${SANDBOX}`);
    await run(io, connect);
    expect(await run(io, "workers disconnect --app yoga")).toBe(2);
    expect(await run(io, "workers disconnect --app yoga --confirm")).toBe(0);
    expect(io.out()).toContain("Workers go on answering by it");
    expect(cloudflare.keys(namespaceId)).toEqual([LIVE]);
  });
});

describe("going live beside Workers", () => {
  test("publishing and pausing wait until it is written, and say when Workers answer by it", async () => {
    const { io, cloudflare, namespaceId, connect } = await open();
    await run(io, connect);
    expect(await run(io, `flow publish ${SANDBOX}`)).toBe(0);
    expect(io.out()).toContain("written for Workers: every one answers by it within 90 s");
    expect(io.out()).not.toContain("no runtime is connected");
    const paused = await runJson(io, `pause ${SANDBOX}`);
    expect(paused.code).toBe(0);
    expect(paused.json["environments"]).toMatchObject([
      { runtimes: { workers: { isWritten: true, writtenAt: expect.any(Number) as number } } },
    ]);
    expect(cloudflare.keys(namespaceId)).toEqual([LIVE, "stops/yoga/sandbox"]);
  });

  test("exits 5 while it cannot be written, with the reason", async () => {
    const { io, cloudflare, connect } = await open();
    await run(io, connect);
    cloudflare.faults.add({ kind: "status", status: 403, method: "PUT", times: 5 });
    expect(await run(io, `flow publish ${SANDBOX} --timeout 2s`)).toBe(5);
    expect(io.out()).toContain("not yet written for Workers (CLOUDFLARE_REFUSED)");
  });
});
