import { randomUUID } from "node:crypto";
import type { SubscriberState } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "./ask.ts";
import { createContractApp } from "./contract-app.ts";
import { TEXT } from "./contract-flow.ts";
import type { StoredState } from "./contract-host.ts";
import { HOSTS } from "./contract-hosts.ts";
import type { StartedHost } from "./contract-hosts.ts";

/** Subscribers who are not held back. */
const IDS = {
  american: "2000000000000003",
  nobody: "2000000000000004",
  coolingDown: "2000000000000005",
  late: "2000000000000007",
  failing: "2000000000000008",
  plain: "2000000000000009",
} as const;

const known = (fields: Partial<SubscriberState>): SubscriberState => ({
  attributes: {},
  previousDecisions: { rules: {}, offers: {} },
  ...fields,
});
const shown = {
  count: 1,
  firstAt: Date.now() - 86_400_000 * 3,
  lastAt: Date.now() - 86_400_000 * 3,
};

describe.each(HOSTS)("the host on %s looks a subscriber up", (_, start) => {
  let started: StartedHost;
  beforeAll(async () => {
    const app = await createContractApp();
    started = { app, host: await start({ app, values: [await app.live()] }) };
  });
  afterAll(() => started.host.close());

  async function decided(productId: string, originalTransactionId: string) {
    const requestIdentifier = randomUUID();
    const response = await ask(started, { productId, originalTransactionId, requestIdentifier });
    const body = (await response.json()) as { message: { messageIdentifier: string } };
    const find = async (): Promise<DecisionRecord | undefined> =>
      (await started.host.decisions()).find((d) => d.requestIdentifier === requestIdentifier);
    await expect.poll(find).toBeDefined();
    return {
      message: body.message.messageIdentifier,
      subscriber: (await find())?.subject.subscriber,
    };
  }

  test.each<[string, string, string, StoredState | undefined, string, object]>([
    [
      "and decides by what is known",
      IDS.american,
      "p.state",
      known({ attributes: { storefront: "USA" } }),
      TEXT.known,
      { status: "found", state: { attributes: { storefront: "USA" } } },
    ],
    [
      "and knows who is not there to have no history",
      IDS.nobody,
      "p.cooldown",
      undefined,
      TEXT.known,
      { status: "notFound" },
    ],
    [
      "and heeds a cooldown",
      IDS.coolingDown,
      "p.cooldown",
      known({ previousDecisions: { rules: { cooldown: shown }, offers: {} } }),
      TEXT.plain,
      { status: "found" },
    ],
    [
      "and goes on without an answer that is late",
      IDS.late,
      "p.cooldown",
      "late",
      TEXT.plain,
      { status: "unavailable", reason: "late" },
    ],
    [
      "and goes on where the store fails",
      IDS.failing,
      "p.cooldown",
      "failing",
      TEXT.plain,
      { status: "unavailable", reason: "failed" },
    ],
  ])("%s", async (__, id, productId, state, message, subscriber) => {
    if (state !== undefined) await started.host.keepState(started.app.pseudonym(id), state);
    expect(await decided(productId, id)).toMatchObject({ message, subscriber });
  });

  test("only where a rule for the product needs it", async () => {
    await started.host.keepState(started.app.pseudonym(IDS.plain), "failing");
    expect(await decided("p.plain", IDS.plain)).toMatchObject({
      message: TEXT.plain,
      subscriber: { status: "unavailable", reason: "notNeeded" },
    });
  });
});
