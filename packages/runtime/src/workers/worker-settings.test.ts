import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestWorkerApp } from "../testing/test-worker.ts";
import { startWorkerSession, warmUp } from "../testing/worker-session.ts";
import type { WorkerSession } from "../testing/worker-session.ts";
import type { WorkerEnv } from "./platform.ts";
import type { WorkerConfig } from "./worker-config.ts";

const app = await createTestWorkerApp();

let session: WorkerSession;
beforeAll(() => warmUp(app));
beforeEach(async () => {
  session = await startWorkerSession(app);
});

const without = (env: WorkerEnv, name: keyof WorkerEnv): WorkerEnv =>
  Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));

function withApp(apps: WorkerConfig["apps"], fields: object): WorkerConfig["apps"] {
  return { test: { ...app.configured, ...apps["test"], ...fields } };
}

describe("createWorker() with settings that lack something", () => {
  const short = Buffer.alloc(31).toString("base64");
  test.each<[name: string, env: () => WorkerEnv, reason: string]>([
    ["no namespace", () => without(session.env(), "HOLDFAST_KV"), "HOLDFAST_KV"],
    [
      "no secret",
      () => without(session.env(), "HOLDFAST_RUNTIME_SECRET"),
      "HOLDFAST_RUNTIME_SECRET",
    ],
    ["a short secret", () => session.env({ HOLDFAST_RUNTIME_SECRET: short }), "32 bytes"],
    ["a secret that is none", () => session.env({ HOLDFAST_RUNTIME_SECRET: "ä" }), "32 bytes"],
  ])("answers nothing and says why: %s", async (_, env, reason) => {
    const { ask, health } = session.open(env());
    const response = await ask();
    expect([response.status, await response.json()]).toEqual([
      503,
      {
        code: "HOST_MISCONFIGURED",
        message: "the Worker lacks what it needs; its /healthz says what",
      },
    ]);
    expect(await health()).toEqual({
      status: 503,
      body: {
        ok: false,
        runtime: "cloudflare-workers",
        reason: expect.stringContaining(reason) as string,
      },
    });
    expect(JSON.stringify(session.log)).not.toContain(short);
  });

  test("takes a secret in either alphabet, padded or not", async () => {
    const secret = Buffer.from(app.secret, "base64").toString("base64url");
    const { ask } = session.open(session.env({ HOLDFAST_RUNTIME_SECRET: ` ${secret}\n` }));
    expect((await ask()).status).toBe(200);
  });

  test.each<[name: string, change: (config: WorkerConfig) => WorkerConfig, reason: string]>([
    [
      "a root of its own in production",
      ({ apps }) => ({
        apps: withApp(apps, {
          environments: { production: { trustedRoots: [app.store.rootPem] } },
        }),
      }),
      "not Apple's",
    ],
    [
      "a root that is no certificate",
      ({ apps }) => ({
        apps: withApp(apps, { environments: { production: { trustedRoots: ["PEM"] } } }),
      }),
      "expected certificates in PEM",
    ],
    [
      "a publisher's key that is none",
      ({ apps }) => ({
        apps: withApp(apps, { publisherKey: "PEM", environments: { production: {} } }),
      }),
      "expected a P-256 public key in PEM",
    ],
  ])("answers nothing for a place and says why: %s", async (_, change, reason) => {
    const { fetch, health } = session.open(session.env(), change(app.config));
    const url = "http://localhost/apple/retention/test/production";
    const response = await fetch(new Request(url, { method: "POST", body: "{}" }));
    expect(response.status).toBe(503);
    expect(await health()).toMatchObject({
      status: 503,
      body: { ok: false, reason: expect.stringContaining(reason) as string },
    });
  });

  test("warns of a root in production that is not Apple's where that is allowed", async () => {
    const environments = {
      ...app.configured.environments,
      production: { trustedRoots: [app.store.rootPem] },
    };
    const { health } = session.open(session.env(), {
      apps: { test: { ...app.configured, environments } },
      allowNonAppleProductionRoots: true,
    });
    expect(await health()).toMatchObject({
      body: { ok: true, warnings: ["test production trusts a root that is not Apple's"] },
    });
  });

  test("says that decisions are not kept where they have nowhere to go", async () => {
    const { ask, health, settled } = session.open(without(session.env(), "HOLDFAST_DECISIONS"));
    expect((await ask()).status).toBe(200);
    await settled();
    expect(await health()).toMatchObject({
      status: 200,
      body: {
        ok: true,
        warnings: [
          "decisions are not kept: set HOLDFAST_CONTROL_URL and HOLDFAST_RUNTIME_TOKEN, or bind the queue HOLDFAST_DECISIONS",
        ],
      },
    });
  });

  test("says what is wrong with control's address, and answers", async () => {
    const env = without(session.env(), "HOLDFAST_DECISIONS");
    const control = { HOLDFAST_CONTROL_URL: "http://example.com", HOLDFAST_RUNTIME_TOKEN: "t" };
    const { ask, health } = session.open({ ...env, ...control });
    expect((await ask()).status).toBe(200);
    expect(await health()).toMatchObject({
      body: { warnings: [expect.stringContaining("HOLDFAST_CONTROL_URL: expected control")] },
    });
  });

  test.each(["0", "401", "soon", "-1"])(
    "uses the usual bound when HOLDFAST_LOOKUP_MS is %s",
    async (text) => {
      const { health } = session.open(session.env({ HOLDFAST_LOOKUP_MS: text }));
      expect(await health()).toMatchObject({
        body: {
          ok: true,
          warnings: ["HOLDFAST_LOOKUP_MS: expected 1 to 400 milliseconds; 200 are used"],
        },
      });
    },
  );

  test("heeds HOLDFAST_LOOKUP_MS", async () => {
    const { ask, settled } = session.open(session.env({ HOLDFAST_LOOKUP_MS: "5" }));
    await ask();
    const late = Promise.withResolvers<void>();
    session.kv.onGet = (key) => (key.startsWith("subscribers/") ? late.promise : undefined);
    const before = performance.now();
    await ask({ productId: "p.state" });
    expect(performance.now() - before).toBeLessThan(150);
    late.resolve();
    await settled();
    expect(session.queued.join("")).toContain('"reason":"late"');
  });
});
