import { parseFlow } from "@holdfast/flow/document";
import type { FlowDocument } from "@holdfast/flow/document";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { readAppleContent } from "../apple/read-apple-content.ts";
import { applyPlan } from "../apply/apply-plan.ts";
import type { ApplyOptions } from "../apply/apply-run.ts";
import type { ApplyResult } from "../apply/apply-result.ts";
import { desiredContent } from "../desired/desired-content.ts";
import type { DesiredContent } from "../desired/content.ts";
import { planChanges } from "../plan/plan-changes.ts";
import type { Plan } from "../plan/plan.ts";
import type { ProvisioningState } from "../state/provisioning-state.ts";
import { DEFAULT_ROLLBACK_WINDOW_MS } from "../state/record-use.ts";
import { openState } from "../state/state-keeper.ts";
import type { StateKeeper } from "../state/state-keeper.ts";
import { createFakeAppStore } from "./fake-app-store.ts";
import type { FakeAppStore, Hook } from "./fake-app-store.ts";
import { createMemoryStateStore } from "./memory-state-store.ts";
import type { KeptText } from "./memory-state-store.ts";

/** 2026-11-21T09:00:00Z. */
export const NOW = Date.UTC(2026, 10, 21, 9);

export const DAY_MS = 24 * 60 * 60 * 1000;

export const PRODUCTS = ["yoga.monthly", "yoga.yearly", "yoga.family"];

/** Returns a document; the test fails when the text is none. */
export function readFlow(text: string): FlowDocument {
  const parsed = parseFlow(text);
  if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join("; "));
  return parsed.document;
}

/** Image files are as long as their names; their hashes are made of their names. */
export function filesNamed(...names: readonly string[]) {
  const has = (file: string) => names.includes(file);
  return {
    images: (file: string) => (has(file) ? file.padEnd(64, "0").slice(0, 64) : undefined),
    bytesOf: (file: string) => (has(file) ? new TextEncoder().encode(file) : undefined),
  };
}

/** What the flows of these tests find beside them. */
export const BESIDE = {
  products: PRODUCTS,
  ...filesNamed("classes.png", "mat.png", "streak.png"),
};

/** Returns what a flow's text wants. */
export function desiredOf(text: string, environment: FlowEnvironment = "sandbox"): DesiredContent {
  return desiredContent(readFlow(text), environment, BESIDE);
}

/** One app at Apple, and one state kept of it, with which flows are applied. */
export interface Bench {
  readonly store: FakeAppStore;
  readonly kept: KeptText;
  /** Milliseconds since 1970; tests move it. */
  now: number;
  /** What was slept, in milliseconds. */
  readonly slept: number[];
  /** Called when something sleeps: what a reviewer does meanwhile. */
  onSleep: () => void;
  state(hook?: Hook): Promise<StateKeeper>;
  plan(text: string): Promise<Plan>;
  apply(
    text: string,
    options?: Partial<ApplyOptions> & { readonly hook?: Hook },
  ): Promise<ApplyResult>;
}

/** Makes a {@link Bench} where nothing has happened yet. */
export function createBench(environment: FlowEnvironment = "sandbox"): Bench {
  const owner = { bundleId: "com.example.yoga", environment };
  const bench: Bench = {
    store: createFakeAppStore(environment),
    kept: { writes: 0 },
    now: NOW,
    slept: [],
    onSleep: () => undefined,
    state: (hook) => openState(createMemoryStateStore(bench.kept, owner, hook), owner, bench.now),
    async plan(text) {
      const { current } = await bench.state();
      return planFor(text, bench, current);
    },
    async apply(text, { hook, ...options } = {}) {
      const state = await bench.state(hook);
      const client = bench.store.client(hook);
      const desired = desiredOf(text, environment);
      const apple = await readAppleContent(client);
      const plan = planChanges(desired, apple, planOptions(bench, state.current));
      return applyPlan(plan, {
        client,
        desired,
        state,
        name: "flow.yaml",
        now: () => bench.now,
        async sleep(ms) {
          bench.slept.push(ms);
          bench.now += ms;
          bench.onSleep();
        },
        ...options,
      });
    },
  };
  return bench;
}

async function planFor(text: string, bench: Bench, state: ProvisioningState): Promise<Plan> {
  const client = bench.store.client();
  const desired = desiredOf(text, client.environment);
  return planChanges(desired, await readAppleContent(client), planOptions(bench, state));
}

function planOptions({ now }: Bench, state: ProvisioningState) {
  return { state, now, rollbackWindowMs: DEFAULT_ROLLBACK_WINDOW_MS };
}

/** A flow of two messages with images and bullets, with default messages and a URL. */
export const SMALL_FLOW = `version: 1
app: com.example.yoga
realtimeUrl: https://retention.example.com/apple/retention/yoga/\${environment}
messages:
  keep:
    defaultLocale: en-US
    locales:
      en-US:
        header: Your classes are waiting
        body: Keep your streak.
        image: { file: classes.png, alt: A class }
        bullets: [{ text: A mat, image: { file: mat.png, alt: A mat } }]
      de-DE: { header: Deine Kurse warten, body: Behalte deine Serie. }
  offer:
    defaultLocale: en-US
    locales: { en-US: { header: Three months on us, body: Stay. } }
rules: []
fallback: { message: keep }
defaults:
  - { message: keep, products: [yoga.monthly], locales: [en-US, de-DE] }
`;
