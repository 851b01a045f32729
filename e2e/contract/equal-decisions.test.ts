import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import type { Stops, Subject } from "@holdfast/flow/evaluate";
import type { Snapshot } from "@holdfast/flow/snapshot";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import { expect, test } from "vitest";
import { compileValidFlow } from "../../packages/flow/src/compile/compile-flow.ts";
import { parseFlowValue } from "../../packages/flow/src/document/index.ts";
import {
  arbitraryRules,
  arbitraryStops,
  arbitrarySubject,
} from "../../packages/flow/src/testing/arbitrary-flows.ts";
import { HEAD, readFlow, YOGA_CATALOG } from "../../packages/flow/src/testing/flow-fixtures.ts";
import { claimsOf, post } from "./ask.ts";
import { createContractApp } from "./contract-app.ts";
import type { ContractApp, PublishedText } from "./contract-app.ts";
import type { ContractHost } from "./contract-host.ts";
import { startNodeContractHost } from "./node-contract-host.ts";
import { startWorkerdContractHost } from "./workerd-contract-host.ts";

/** How many apps, each with a flow and a stop list of its own, one start of the hosts answers for. */
const APPS = 30;
const SUBJECTS_PER_APP = 6;
const STARTS = 2;

/** Hundreds of requests to two hosts, on a machine that may do much besides, ms. */
const TIMEOUT_MS = 240_000;

/** How many apps are asked at the same time. */
const LANES = 6;

/** One app's flow and stops, and who asks. */
interface Case {
  readonly snapshot: Snapshot;
  readonly stops: Stops;
  readonly subjects: readonly Subject[];
}

const base = readFlow(`${HEAD}rollouts: { half: { percent: 50 }, tenth: { percent: 10 } }
holdout: { key: h, percent: 10, respond: { message: keep } }
rules: []`);

/** Rules are compiled unvalidated: unreachable ones must be decided by as well as others. */
function compileRules(rules: readonly unknown[]): Snapshot {
  const parsed = parseFlowValue({ ...base, rules });
  if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
  return compileValidFlow(parsed.document, { environment: "sandbox", catalog: YOGA_CATALOG });
}

const arbitraryCase: fc.Arbitrary<Case> = fc.record({
  snapshot: arbitraryRules.map(compileRules),
  stops: arbitraryStops,
  // A store that is late is a matter of time and not of what is decided.
  subjects: fc.array(
    arbitrarySubject.filter(({ subscriber }) => subscriber.status !== "unavailable"),
    { minLength: SUBJECTS_PER_APP, maxLength: SUBJECTS_PER_APP },
  ),
});

const idOf = (index: number): string => `app-${index}`;

/** An app for each case, all with the same keys. */
async function createApps(): Promise<ContractApp> {
  const app = await createContractApp();
  const { test: usual } = app.config.apps;
  if (usual === undefined) throw new Error("the contract has no app");
  const ids = Array.from({ length: APPS }, (_, index) => idOf(index));
  const bundleId = YOGA_CATALOG.bundleId;
  return {
    ...app,
    config: { apps: Object.fromEntries(ids.map((id) => [id, { ...usual, bundleId }])) },
  };
}

async function publishAll(
  app: ContractApp,
  cases: readonly Case[],
): Promise<readonly PublishedText[]> {
  const values = cases.map(async ({ snapshot, stops }, index) => {
    const id = { app: idOf(index) };
    const { stoppedOffers, rejectedMessages, sequence } = stops;
    const list = {
      ...stops,
      ...id,
      sequence: sequence + 1,
      stoppedOffers: [...stoppedOffers],
      rejectedMessages: [...rejectedMessages],
    };
    return [
      { ...(await app.live({ ...id, snapshot })), ...id },
      { ...(await app.stopList(list)), ...id },
    ];
  });
  return (await Promise.all(values)).flat();
}

/** What a host answered and decided, but for what may differ: host, times, and what is sealed or signed anew. */
interface Outcome {
  readonly status: number;
  readonly body: unknown;
  readonly decision?: unknown;
}

async function outcomeOf(host: ContractHost, id: string, body: string): Promise<Outcome> {
  const response = await post(host, body, { path: `/apple/retention/${id}/sandbox` });
  const text = await response.text();
  const answered: unknown =
    text === "" ? undefined : JSON.parse(text, (_key, value: unknown) => unsigned(value));
  const outcome = { status: response.status, body: answered };
  return isRefusal(outcome) ? outcome : { ...outcome, decision: await decisionOf(host, body) };
}

/** Whether a host has decided nothing. */
function isRefusal({ body }: Outcome): boolean {
  return typeof body === "object" && body !== null && "code" in body;
}

/** A signature is another one each time; what it signs is not. */
function unsigned(value: unknown): unknown {
  const isJws = typeof value === "string" && value.split(".").length === 3;
  return isJws ? claimsOf(value) : value;
}

async function decisionOf(host: ContractHost, body: string): Promise<unknown> {
  const { signedPayload } = JSON.parse(body) as { readonly signedPayload: string };
  const { requestIdentifier } = claimsOf(signedPayload) as Pick<
    DecisionRecord,
    "requestIdentifier"
  >;
  const find = async (): Promise<DecisionRecord | undefined> =>
    (await host.decisions()).find((decision) => decision.requestIdentifier === requestIdentifier);
  await expect.poll(find, { interval: 5 }).toBeDefined();
  const decision = await find();
  const may = { host: undefined, latencyMs: undefined, decidedAt: undefined };
  return { ...decision, ...may, subject: { ...decision?.subject, sealedId: undefined } };
}

/** Whether a host had no time for all that it does: it loads many apps at once here. */
function wasHurried(outcome: Outcome): boolean {
  const { decision } = outcome;
  const isCut = /"reason":"(?:late|circuitOpen)"|"deviation":"budgetExceeded"/;
  return isRefusal(outcome) || isCut.test(JSON.stringify(decision));
}

/** Asks every host the same, until all had the time to look. */
async function outcomesOf(
  hosts: readonly ContractHost[],
  id: string,
  makeBody: () => string,
): Promise<readonly Outcome[]> {
  let outcomes: readonly Outcome[] = [];
  const tryAgain = async (): Promise<boolean> => {
    const body = makeBody();
    outcomes = await Promise.all(hosts.map((host) => outcomeOf(host, id, body)));
    return outcomes.some(wasHurried);
  };
  await expect.poll(tryAgain, { interval: 100 }).toBe(false);
  return outcomes;
}

/** Does so much at a time: hosts that are asked for everything at once are late, and that is not what is tried here. */
async function inLanes<Item>(
  items: readonly Item[],
  act: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const entries = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of entries) await act(item, index);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

test(
  "every host decides the same by the same snapshot, stop list and subject",
  { timeout: TIMEOUT_MS },
  async () => {
    const sources = new Set<unknown>();
    const property = fc.asyncProperty(
      fc.array(arbitraryCase, { minLength: APPS, maxLength: APPS }),
      async (cases) => {
        const app = await createApps();
        const options = { app, values: await publishAll(app, cases) };
        const hosts = [
          await startNodeContractHost(options),
          await startWorkerdContractHost(options),
        ];
        try {
          await inLanes(cases, async ({ subjects }, index) => {
            const id = idOf(index);
            for (const { originalTransactionId, productId, userLocale, subscriber } of subjects) {
              if (subscriber.status === "found") {
                const pseudonym = app.pseudonym(originalTransactionId);
                for (const host of hosts) await host.keepState(pseudonym, subscriber.state, id);
              }
              const fields = { originalTransactionId, productId, userLocale };
              const [node, workerd] = await outcomesOf(hosts, id, () =>
                app.body({ ...fields, requestIdentifier: randomUUID() }),
              );
              const { source } = (node?.decision ?? {}) as Partial<DecisionRecord>;
              sources.add(source);
              expect(workerd).toEqual(node);
            }
          });
        } finally {
          await Promise.all(hosts.map((host) => host.close()));
        }
      },
    );
    await fc.assert(property, { numRuns: STARTS, endOnFailure: true });
    // All there is to decide by was tried.
    expect(sources).toEqual(new Set(["rule", "holdout", "fallback"]));
  },
);
