import type { SubscriberState } from "@holdfast/flow/evaluate";
import { describe, expect, test } from "vitest";
import { createControlSubscribers } from "./create-control-subscribers.ts";

const KEY = { app: "yoga", environment: "sandbox", pseudonym: "p_-1" } as const;

const STATE: SubscriberState = {
  attributes: {
    storefront: "USA",
    price: 9.99,
    "subscription.autoRenew": true,
    "subscription.offerType": null,
    "subscription.redeemedOffers": ["A", "B"],
  },
  subscriptionStartedAt: 1_700_000_000_000,
  previousDecisions: {
    rules: { first: { count: 2, firstAt: 1, lastAt: 5, redeemedAt: 4 } },
    offers: { "p/A": { count: 1, firstAt: 1, lastAt: 1 } },
  },
};

/** Returns how a store answers when control answers so, and what control was asked. */
async function findWhere(respond: () => Response) {
  const asked: (string | null)[] = [];
  const store = createControlSubscribers({
    url: "https://holdfast.example.com/at",
    token: "hf_a_token",
    async fetch(input, init) {
      const { method, url, headers } = new Request(input, init);
      asked.push(method, url, headers.get("authorization"));
      return respond();
    },
  });
  const found = await store.find(KEY, new AbortController().signal).then(
    (state) => ({ state }),
    (error: unknown) => ({ error }),
  );
  return { found, asked };
}

describe("createControlSubscribers()", () => {
  test("asks for one subscriber by the pseudonym, and returns the state", async () => {
    const { found, asked } = await findWhere(() => Response.json({ found: true, state: STATE }));
    expect(found).toEqual({ state: STATE });
    expect(asked).toEqual([
      "GET",
      "https://holdfast.example.com/at/v1/subscriber-states/yoga/sandbox/p_-1",
      "Bearer hf_a_token",
    ]);
  });

  test("finds nothing where control says so", async () => {
    const { found } = await findWhere(() => Response.json({ found: false }));
    expect(found).toEqual({ state: undefined });
  });

  test.each<readonly [string, () => Response, string]>([
    ["a 404", () => Response.json({ found: false }, { status: 404 }), "CONTROL_REFUSED"],
    ["a 401", () => new Response(null, { status: 401 }), "CONTROL_REFUSED"],
    ["a 503", () => new Response(null, { status: 503 }), "CONTROL_REFUSED"],
    ["no JSON", () => new Response("<html>"), "CONTROL_ANSWER_INVALID"],
    ["neither", () => Response.json({}), "CONTROL_ANSWER_INVALID"],
    ["a state that is none", () => Response.json({ found: true }), "CONTROL_ANSWER_INVALID"],
    ["too much", () => new Response(" ".repeat(300_000)), "CONTROL_ANSWER_INVALID"],
    ["nothing", () => Response.error(), "CONTROL_REFUSED"],
  ])("fails on %s", async (_, respond, code) => {
    expect((await findWhere(respond)).found).toMatchObject({ error: { code } });
  });

  test("stops waiting when nobody waits for it", async () => {
    const store = createControlSubscribers({
      url: "http://localhost",
      token: "hf_a_token",
      fetch: (_, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
        }),
    });
    const abort = new AbortController();
    const finding = store.find(KEY, abort.signal);
    abort.abort();
    await expect(finding).rejects.toMatchObject({ code: "CONTROL_UNREACHABLE" });
  });
});
