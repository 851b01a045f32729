import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { deriveRuntimeKeys } from "../../packages/runtime/src/keys/runtime-secret.ts";
import { nodeCryptography } from "../../packages/runtime/src/node/node-cryptography.ts";
import { createTestPublisher } from "../../packages/runtime/src/testing/test-publisher.ts";
import { ask, askInTime, post } from "./ask.ts";
import { UNPUBLISHED_PATH } from "./contract-app.ts";
import type { ContractApp, PublishedText } from "./contract-app.ts";
import { compileLargeFlow, TEXT } from "./contract-flow.ts";
import { HOSTS, startForTest } from "./contract-hosts.ts";
import type { StartedHost } from "./contract-hosts.ts";

type Body = Record<string, Record<string, unknown>>;

/** Answered by the contract's flow with one message, and by the other flow with another. */
const PLAIN = { productId: "p.plain", originalTransactionId: "2000000000000003" };
const OTHER_FLOW = compileLargeFlow(1);

/** Asks, and returns the message that is answered with, or the status where there is none. */
async function messageFor(started: StartedHost, fields: object = PLAIN): Promise<unknown> {
  const response = await askInTime(started, { ...PLAIN, ...fields });
  if (response.status !== 200) return response.status;
  const [kind = {}] = Object.values((await response.json()) as Body);
  return kind["messageIdentifier"];
}

/** Values that no host may take. */
const REFUSED: readonly [string, (app: ContractApp) => Promise<PublishedText>][] = [
  [
    "another publisher",
    async (app) => app.live({ sequence: 9, publisher: await createTestPublisher() }),
  ],
  [
    "the publisher for another app",
    (app) => app.live({ app: "unpublished", sequence: 9, snapshot: OTHER_FLOW }),
  ],
  [
    "keys that are sealed under another secret",
    async (app) => {
      const secret = new Uint8Array(randomBytes(32));
      const runtimeKeys = await deriveRuntimeKeys(secret, nodeCryptography);
      return app.live({ sequence: 9, snapshot: OTHER_FLOW, runtimeKeys });
    },
  ],
  [
    "a snapshot that is not the one that was signed for",
    async (app) => {
      const [one, other] = [
        await app.live({ sequence: 9 }),
        await app.live({ snapshot: OTHER_FLOW }),
      ];
      const value = { ...(JSON.parse(one.text) as object), ...snapshotOf(other) };
      return { app: "test", what: "live", text: JSON.stringify(value) };
    },
  ],
  [
    "half a value",
    async (app) => ({ app: "test", what: "live", text: (await app.live()).text.slice(0, 900) }),
  ],
  ["no value", async () => ({ app: "test", what: "live", text: "" })],
];

function snapshotOf({ text }: PublishedText): object {
  const { snapshot } = JSON.parse(text) as { readonly snapshot: unknown };
  return { snapshot };
}

describe.each(HOSTS)("the host on %s", (_, start) => {
  test("takes a newer publication over, and back, and refuses one that is older", async () => {
    const started = await startForTest(start);
    const { app, host } = started;
    expect(await messageFor(started)).toBe(TEXT.plain);
    await host.put(await app.live({ sequence: 3, snapshot: OTHER_FLOW, label: "contract_3" }));
    await expect.poll(() => messageFor(started)).toBe(TEXT.known);
    await host.put(await app.live({ sequence: 2 }));
    expect(await messageFor(started)).toBe(TEXT.known);
    await host.put(await app.live({ sequence: 4, label: "contract_4" }));
    await expect.poll(() => messageFor(started)).toBe(TEXT.plain);
    const health = await (await fetch(`${host.url}/healthz?app=test`)).json();
    expect(health).toMatchObject({ ok: true, snapshot: "contract_4" });
  });

  test.each(REFUSED)("keeps the last good publication against %s", async (__, make) => {
    const started = await startForTest(start);
    const { app, host } = started;
    expect(await messageFor(started)).toBe(TEXT.plain);
    await host.put(await make(app));
    expect(await messageFor(started)).toBe(TEXT.plain);
    // It has looked, and goes on looking.
    await host.put(await app.live({ sequence: 10, snapshot: OTHER_FLOW }));
    await expect.poll(() => messageFor(started)).toBe(TEXT.known);
  });

  test.each(REFUSED)("answers nothing by %s where there is nothing else", async (__, make) => {
    const started = await startForTest(start, async (app) => [await make(app)]);
    const response = await ask(started, PLAIN);
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { code: "NOT_PUBLISHED" },
    ]);
    const health = await fetch(`${started.host.url}/healthz?app=test`);
    expect([health.status, await health.json()]).toMatchObject([503, { ok: false }]);
  });

  test("answers for nobody who has published nothing, and everybody else", async () => {
    const started = await startForTest(start);
    const { app, host } = started;
    const response = await post(host, app.body(), { path: UNPUBLISHED_PATH });
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { code: "NOT_PUBLISHED" },
    ]);
    expect(await messageFor(started)).toBe(TEXT.plain);
  });

  test("answers with what needs no signature where there is no key to sign with", async () => {
    const started = await startForTest(start, async (app) => [await app.liveWithoutKey()]);
    expect(await messageFor(started, { productId: "p.offer" })).toBe(TEXT.own);
    expect(await messageFor(started, { productId: "p.offer.v1" })).toBe(TEXT.plain);
    await expect
      .poll(() => started.host.decisions())
      .toMatchObject([{ deviation: "signingFailed" }, { deviation: "signingFailed" }]);
  });

  test.each([
    ["the app is paused", { appPaused: true }, "p.switch", TEXT.plain],
    ["offers are paused", { offersPaused: true }, "p.offer", TEXT.own],
    ["the offer is stopped", { stoppedOffers: ["p.offer/OFFER"] }, "p.offer", TEXT.own],
    ["another offer is stopped", { stoppedOffers: ["p.offer/ELSE"] }, "p.offer", TEXT.offer],
    ["its message is rejected", { rejectedMessages: [TEXT.switch] }, "p.switch", TEXT.plain],
    ["all messages are rejected", { rejectedMessages: Object.values(TEXT) }, "p.switch", 503],
  ])("heeds the stop list when %s", async (__, stops, productId, expected) => {
    const started = await startForTest(start, async (app) => [
      await app.live(),
      await app.stopList(stops),
    ]);
    expect(await messageFor(started, { productId })).toBe(expected);
    await expect.poll(() => started.host.decisions()).toMatchObject([{ stopListSequence: 1 }]);
  });

  test("takes a newer stop list over, and refuses an older one and a stranger's", async () => {
    const started = await startForTest(start);
    const { app, host } = started;
    const offer = (): Promise<unknown> => messageFor(started, { productId: "p.offer" });
    expect(await offer()).toBe(TEXT.offer);
    await host.put(await app.stopList({ sequence: 5, offersPaused: true }));
    await expect.poll(offer).toBe(TEXT.own);
    await host.put(await app.stopList({ sequence: 4 }));
    expect(await offer()).toBe(TEXT.own);
    await host.put(await app.stopList({ sequence: 6 }, await createTestPublisher()));
    expect(await offer()).toBe(TEXT.own);
    await host.put(await app.stopList({ sequence: 7 }));
    await expect.poll(offer).toBe(TEXT.offer);
  });
});
