import { liveKey } from "@holdfast/runtime/wire";
import { createKvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import { expect, test } from "vitest";
import { FAKE_NOW } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";
import { CONFIG, makeSecrets, startWorkersWorld } from "../../workers/testing/workers-world.ts";
import type { WorkersWorld } from "../../workers/testing/workers-world.ts";

const PUBLISH = "workers publish --app yoga --environment sandbox";
const STATUS = "workers status --url https://worker.test";
const MINUTE_MS = 60_000;

/** Health as a Worker tells it, or nobody there. */
type Health = Readonly<Record<string, unknown>> | undefined;

interface Others {
  readonly health?: Health;
  /** What a control plane says it has written. */
  readonly written?: object;
  readonly now?: number;
}

/** A world in which a Worker, and maybe a control plane, answers; the machine's own is asked as ever. */
function openWith(
  world: WorkersWorld,
  { health, written, now = FAKE_NOW }: Others,
): Promise<FakeIo> {
  return world.openIo({
    now: () => now,
    ...(written === undefined
      ? {}
      : { env: { HOLDFAST_SERVER: "https://control.test", HOLDFAST_TOKEN: "hf_test" } }),
    fetch: async (url, init) => {
      const { hostname, search } = new URL(url);
      if (hostname === "worker.test") {
        const isAsked = search === "?app=yoga&environment=sandbox";
        if (health === undefined || !isAsked) throw new TypeError("fetch failed");
        return Response.json(health);
      }
      return hostname === "control.test" ? Response.json(written) : fetch(url, init);
    },
  });
}

const healthy = (snapshot: unknown): Health => ({
  ok: true,
  runtime: "cloudflare-workers",
  snapshot,
});

test("workers status is well when the Worker answers by what the namespace has", async () => {
  await using world = await startWorkersWorld();
  const { json: live } = await runJson(world.io, PUBLISH);
  await using io = await openWith(world, { health: healthy(live["label"]) });
  const { code, json } = await runJson(io, STATUS);
  expect(code).toBe(0);
  expect(json).toMatchObject({
    ok: true,
    places: [
      {
        app: "yoga",
        environment: "sandbox",
        state: "ok",
        namespace: {
          live: { verified: true, label: live["label"], sequence: live["sequence"] },
          stopList: null,
        },
        worker: { ok: true, snapshot: live["label"] },
        control: null,
      },
    ],
  });
});

test("workers status calls for somebody when the Worker is behind for more than 90 s", async () => {
  await using world = await startWorkersWorld();
  await run(world.io, PUBLISH);
  const health = healthy("yoga_sandbox_of_before");
  await using soon = await openWith(world, { health, now: FAKE_NOW + MINUTE_MS });
  expect(await run(soon, STATUS)).toBe(0);
  expect(soon.out()).toMatch(/yoga +sandbox +arriving .* yoga_sandbox_of_before/);
  await using later = await openWith(world, { health, now: FAKE_NOW + 2 * MINUTE_MS });
  expect(await run(later, STATUS)).toBe(1);
  expect(later.out()).toMatch(/yoga +sandbox +behind /);
});

test.each([
  [
    "says so",
    { ok: false, runtime: "cloudflare-workers", reason: "WIRE_SEAL_BROKEN" },
    "WIRE_SEAL_BROKEN",
  ],
  ["does not answer", undefined, "no answer"],
  ["is something else", { hello: "world" }, "something else answers"],
])("workers status calls for somebody when the Worker %s", async (_, health, shown) => {
  await using world = await startWorkersWorld();
  await run(world.io, PUBLISH);
  await using io = await openWith(world, { health });
  expect(await run(io, STATUS)).toBe(1);
  expect(io.out()).toMatch(new RegExp(`yoga +sandbox +unhealthy .* ${shown}`));
});

test.each([
  ["has nothing", undefined, "unpublished"],
  ["has what is damaged", "{", "unverified"],
  ["has what is no live value", '{ "format": "holdfast.live/9" }', "unverified"],
])("workers status calls for somebody when the namespace %s", async (_, value, state) => {
  await using world = await startWorkersWorld();
  const { cloudflare, namespaceId } = world;
  if (value !== undefined) {
    const { accountId, apiToken, apiUrl } = cloudflare;
    const client = createKvNamespaceClient({ accountId, namespaceId, apiToken, apiUrl });
    await client.put([{ key: liveKey({ app: "yoga", environment: "sandbox" }), value }]);
  }
  await using io = await openWith(world, { health: healthy("x") });
  const { code, json } = await runJson(io, STATUS);
  expect(code).toBe(1);
  expect(json).toMatchObject({ ok: false, places: [{ state }] });
});

test("workers status shows what another publisher's key signed as unverified", async () => {
  await using world = await startWorkersWorld();
  await run(world.io, PUBLISH);
  await using io = await world.openIo({
    env: { HOLDFAST_PUBLISHER_KEY: makeSecrets().HOLDFAST_PUBLISHER_KEY },
  });
  expect(await run(io, "workers status")).toBe(1);
  expect(io.out()).toMatch(/unverified +WIRE_SIGNATURE_INVALID/);
});

test("workers status shows the flow of another app as unverified, as the Worker refuses it", async () => {
  await using world = await startWorkersWorld();
  await run(world.io, PUBLISH);
  await writeFiles(world.io, { "holdfast.yaml": CONFIG.replace("com.example.yoga", "com.other") });
  await using io = await world.openIo();
  expect(await run(io, "workers status")).toBe(1);
  expect(io.out()).toMatch(/unverified +PUBLICATION_FOREIGN/);
});

test("workers status tells what is stopped", async () => {
  await using world = await startWorkersWorld();
  await run(world.io, PUBLISH);
  await run(world.io, "workers pause --app yoga --environment sandbox");
  await using io = await world.openIo();
  expect(await run(io, "workers status")).toBe(0);
  expect(io.out()).toContain("yoga sandbox: the app is paused");
});

test("workers status tells what a control plane cannot write, and since when that is too long", async () => {
  await using world = await startWorkersWorld();
  await run(world.io, PUBLISH);
  const written = {
    accountId: "a",
    namespaceId: "n",
    connectedAt: FAKE_NOW,
    environments: [
      {
        environment: "sandbox",
        live: {
          sequence: 4,
          waitingSequence: 5,
          failingSince: FAKE_NOW - MINUTE_MS,
          problem: "CLOUDFLARE_REFUSED",
        },
      },
    ],
    subscribers: { pending: 0, written: 0 },
  };
  await using soon = await openWith(world, { written });
  expect(await run(soon, "workers status")).toBe(0);
  expect(soon.out()).toMatch(/ok .* CLOUDFLARE_REFUSED/);
  await using later = await openWith(world, { written, now: FAKE_NOW + MINUTE_MS });
  expect(await run(later, "workers status")).toBe(1);
  expect(later.out()).toMatch(/behind .* CLOUDFLARE_REFUSED/);
});

test("workers status says whom it could ask when there is nobody", async () => {
  await using world = await startWorkersWorld();
  await using io = await world.openIo({ env: { CLOUDFLARE_API_TOKEN: "" } });
  expect(await run(io, "workers status --output json")).toBe(2);
  expect(errorOf(io)["code"]).toBe("OPTION_MISSING");
});
