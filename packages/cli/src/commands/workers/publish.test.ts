import { readdir } from "node:fs/promises";
import { generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import { liveKey } from "@holdfast/runtime/wire";
import { expect, test } from "vitest";
import { FAKE_NOW } from "../../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";
import { CONFIG, makeSecrets, startWorkersWorld } from "../../workers/testing/workers-world.ts";
import type { WorkersWorld } from "../../workers/testing/workers-world.ts";

const LINE = "workers publish --app yoga --environment sandbox";
const KEY = liveKey({ app: "yoga", environment: "sandbox" });

/** What the namespace has live, as JSON. */
function liveText({ cloudflare, namespaceId }: WorkersWorld): string {
  return cloudflare.value(namespaceId, KEY) ?? "";
}

/** A Worker that shows a label after it was asked a few times. */
function workerShowing(label: () => string, after: number) {
  let asked = 0;
  return async (url: string, init: RequestInit): Promise<Response> => {
    if (!url.startsWith("https://worker.test/")) return fetch(url, init);
    asked += 1;
    const snapshot = asked > after ? label() : "yoga_sandbox_of_before";
    return Response.json({ ok: true, runtime: "cloudflare-workers", snapshot });
  };
}

test("workers publish writes a signed live value with the secrets of variables", async () => {
  await using world = await startWorkersWorld();
  const { io } = world;
  const { code, json } = await runJson(io, LINE);
  expect([code, io.err()]).toEqual([0, expect.stringContaining("no In-App Purchase key")]);
  expect(json).toMatchObject({ app: "yoga", environment: "sandbox", worker: null });
  expect(json["label"]).toMatch(/^yoga_sandbox_2026_11_21_090000_\d{6}$/);
  const compiled = await runJson(io, "flow compile --environment sandbox");
  expect(json["hash"]).toBe(compiled.json["hash"]);
  expect(JSON.parse(liveText(world))).toMatchObject({ snapshot: { app: "com.example.yoga" } });
  expect(await readdir(io.cwd)).not.toContain("publisher");
});

test("workers publish makes secrets in --data once, and publishes on with them", async () => {
  await using world = await startWorkersWorld();
  await using io = await world.openIo({
    env: { HOLDFAST_PUBLISHER_KEY: "", HOLDFAST_PSEUDONYM_KEY: "", HOLDFAST_RUNTIME_SECRET: "" },
  });
  const first = await runJson(io, `${LINE} --data data`);
  const second = await runJson(io, `${LINE} --data data`);
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(Number(second.json["sequence"])).toBeGreaterThan(Number(first.json["sequence"]));
  expect(await readdir(`${io.cwd}/data`)).toEqual(["publisher", "runtime-secret"]);
});

test("workers publish delivers the In-App Purchase key sealed", async () => {
  await using world = await startWorkersWorld();
  const key = generateInAppPurchaseKey();
  await writeFiles(world.io, { "key.p8": key.privateKey });
  const options = `--key-id ${key.keyId} --issuer-id ${key.issuerId} --private-key key.p8`;
  expect(await run(world.io, `${LINE} ${options}`)).toBe(0);
  expect(liveText(world)).toContain("signingKey");
  expect(liveText(world)).not.toContain("PRIVATE KEY");
});

test("workers publish does not write over what another key published", async () => {
  await using world = await startWorkersWorld();
  await using other = await world.openIo({ env: { ...makeSecrets() } });
  expect(await run(other, LINE)).toBe(0);
  const before = liveText(world);
  expect(await run(world.io, `${LINE} --output json`)).toBe(1);
  expect(errorOf(world.io)["code"]).toBe("PUBLISHER_FOREIGN");
  expect(liveText(world)).toBe(before);
});

test("workers publish tells all that is missing at once, and sends nothing", async () => {
  await using world = await startWorkersWorld();
  await using io = await world.openIo({
    env: {
      HOLDFAST_PUBLISHER_KEY: "",
      HOLDFAST_RUNTIME_SECRET: "",
      CLOUDFLARE_API_TOKEN: "",
    },
  });
  expect(await run(io, `${LINE} --wrangler-config none.jsonc`)).toBe(2);
  expect(io.err()).toContain("--account (or CLOUDFLARE_ACCOUNT_ID, ");
  expect(io.err()).toContain("the id of HOLDFAST_KV in none.jsonc)");
  expect(io.err()).toContain("CLOUDFLARE_API_TOKEN");
  await using secretless = await world.openIo({ env: { ...emptySecrets() } });
  expect(await run(secretless, `${LINE} --output json`)).toBe(2);
  expect(errorOf(secretless)).toMatchObject({
    code: "SECRETS_MISSING",
    message: expect.stringMatching(
      /HOLDFAST_PUBLISHER_KEY, HOLDFAST_PSEUDONYM_KEY, HOLDFAST_RUNTIME_SECRET/,
    ) as string,
  });
  expect(world.cloudflare.requests).toEqual([]);
});

function emptySecrets(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(makeSecrets()).map((name) => [name, ""]));
}

test.each([
  ["a key that is none", { HOLDFAST_PUBLISHER_KEY: "no key" }, "PUBLISHER_KEY_INVALID"],
  [
    "a pseudonym key that is too short",
    { HOLDFAST_PSEUDONYM_KEY: "AAAA" },
    "PSEUDONYM_KEY_INVALID",
  ],
  ["a runtime secret that is none", { HOLDFAST_RUNTIME_SECRET: "AAAA" }, "RUNTIME_SECRET_INVALID"],
])("workers publish refuses %s and writes nothing", async (_, env, code) => {
  await using world = await startWorkersWorld();
  await using io = await world.openIo({ env });
  expect(await run(io, `${LINE} --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe(code);
  expect(liveText(world)).toBe("");
});

test("workers publish tells what Cloudflare refuses, without the token", async () => {
  await using world = await startWorkersWorld();
  await using io = await world.openIo({ env: { CLOUDFLARE_API_TOKEN: "wrong-token-of-nobody" } });
  expect(await run(io, `${LINE} --output json`)).toBe(1);
  expect(errorOf(io)["code"]).toBe("CLOUDFLARE_REFUSED");
  expect(io.err()).not.toContain("wrong-token-of-nobody");
});

test("workers publish waits until the Worker answers by it", async () => {
  await using world = await startWorkersWorld();
  const label = () => String(labelIn(liveText(world)));
  await using io = await world.openIo({ fetch: workerShowing(label, 3) });
  const { code, json } = await runJson(io, `${LINE} --url https://worker.test`);
  expect(code).toBe(0);
  expect(json["worker"]).toEqual({ url: "https://worker.test", arrived: true, waitedMs: 3000 });
});

test("workers publish exits 5 when the Worker shows something else until the end", async () => {
  await using world = await startWorkersWorld();
  const never = Number.POSITIVE_INFINITY;
  await using io = await world.openIo({ fetch: workerShowing(() => "", never) });
  const { code, json } = await runJson(io, `${LINE} --url https://worker.test --timeout 10s`);
  expect(code).toBe(5);
  expect(json["worker"]).toMatchObject({ arrived: false, shows: "yoga_sandbox_of_before" });
  expect(io.now() - FAKE_NOW).toBe(10_000);
  expect(await run(io, `${LINE} --url https://worker.test --no-wait`)).toBe(0);
});

test("workers publish waits two minutes at most", async () => {
  await using world = await startWorkersWorld();
  expect(await run(world.io, `${LINE} --url https://worker.test --timeout 3m`)).toBe(2);
  expect(world.io.err()).toContain("2m at most");
  expect(liveText(world)).toBe("");
});

/** The label of the publication record in a live value. */
function labelIn(live: string): unknown {
  // What this test's own publisher wrote.
  const { publication } = JSON.parse(live) as { readonly publication: string };
  const payload = Buffer.from(publication.split(".")[1] ?? "", "base64url").toString();
  return (JSON.parse(payload) as { readonly label: unknown }).label;
}

test("workers publish refuses an address with a path before anything is published", async () => {
  await using world = await startWorkersWorld();
  const url = "https://worker.test/apple/retention/yoga/sandbox";
  expect(await run(world.io, `${LINE} --url ${url}`)).toBe(2);
  expect(world.io.err()).toContain("SERVER_INVALID");
  expect(world.io.err()).toContain("without a path, like https://worker.test");
  expect(liveText(world)).toBe("");
});

test("workers publish warns where the configuration names no such app in the environment", async () => {
  await using world = await startWorkersWorld();
  await using mistyped = await world.openIo();
  expect(await run(mistyped, "workers publish --app yogi --environment sandbox")).toBe(0);
  expect(mistyped.err()).toContain("holdfast.yaml does not name yogi in sandbox");
  await using right = await world.openIo();
  expect(await run(right, LINE)).toBe(0);
  expect(right.err()).not.toContain("holdfast.yaml");
  await using without = await world.openIo();
  const line = "workers publish --app yogi --environment sandbox --config none.yaml";
  expect(await run(without, line)).toBe(0);
  expect(without.err()).not.toContain("does not name");
});

test("workers publish refuses a flow of another app than the configuration has, and writes nothing", async () => {
  await using world = await startWorkersWorld();
  await writeFiles(world.io, { "holdfast.yaml": CONFIG.replace("com.example.yoga", "com.other") });
  expect(await run(world.io, `${LINE} --output json`)).toBe(2);
  expect(errorOf(world.io)["code"]).toBe("BUNDLE_ID_MISMATCH");
  expect(liveText(world)).toBe("");
});
