import { createEmulator } from "../emulator/create-emulator.ts";
import type { EmulatorOptions } from "../emulator/emulator-options.ts";
import type { Emulator } from "../emulator/emulator.ts";
import type { PopulationEvent, PopulationOptions } from "../population/index.ts";
import { makeSubscribers } from "../world/make-subscribers.ts";
import type { AppDefinition } from "../world/index.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";
import { decodePayload } from "./notification-receiver.ts";
import { MESSAGE, TEST_APP } from "./test-app.ts";

/** Where the crowd is. */
export const CROWD_PLACE = { app: "test", environment: "sandbox" } as const;

/** Returns an app with so many subscribers of one group, each of whom something can be shown. */
export function crowdApp(count: number): AppDefinition {
  const [basic] = TEST_APP.groups;
  const app: AppDefinition = {
    ...TEST_APP,
    groups: basic === undefined ? [] : [basic],
    subscribers: [],
    offers: TEST_APP.offers.filter(({ productId }) => productId.startsWith("basic.")),
    population: { count, seed: 7 },
  };
  const shown = makeSubscribers(app, "sandbox").map(({ productId, locale }) => {
    return { productId, locale, messageIdentifier: MESSAGE.byDefault };
  });
  const defaults = new Map(shown.map((one) => [`${one.productId}|${one.locale}`, one]));
  return { ...app, content: { ...app.content, defaults: [...defaults.values()] } };
}

/** Returns what is answered to somebody, at once or later; `undefined` for no answer at all. */
export type Answerer = (asked: Asked) => unknown;

/** What of a request answers are about. */
export interface Asked {
  readonly originalTransactionId: string;
  readonly productId: string;
}

/** A crowd, and what became of it. */
export interface Crowd {
  readonly emulator: Emulator;
  readonly clock: ManualClock;
  readonly events: readonly PopulationEvent[];
}

/** Lets a crowd of `count` live as the options say; what it asks is answered in process. */
export async function watchCrowd(
  count: number,
  options: Partial<PopulationOptions>,
  { answer, ...rest }: { readonly answer: Answerer } & EmulatorOptions,
): Promise<Crowd> {
  const clock = createManualClock(Date.UTC(2026, 10, 21));
  const emulator = await createEmulator({
    apps: [crowdApp(count)],
    clock,
    ...rest,
    fetch: async (_url, init) => {
      // What the emulator signs as a real-time request has these.
      const asked = decodePayload(signedPayloadOf(init)) as Asked;
      const answered = await answer(asked);
      return answered === undefined ? new Response(null, { status: 503 }) : Response.json(answered);
    },
  });
  emulator.configureRealtimeUrl(CROWD_PLACE, "https://retention.example.com/");
  const events: PopulationEvent[] = [];
  const crowd = { ...CROWD_PLACE, viewsPerSecond: 1e6, ...options };
  for await (const event of emulator.runPopulation(crowd)) events.push(event);
  return { emulator, clock, events };
}

/** Returns what a request of the emulator's carries; its bodies are JSON. */
export function signedPayloadOf(init: RequestInit | undefined): string {
  const body = typeof init?.body === "string" ? init.body : "{}";
  const { signedPayload = "" } = JSON.parse(body) as { readonly signedPayload?: string };
  return signedPayload;
}
