import { randomUUID } from "node:crypto";
import { routes } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import type { Emulator } from "@holdfast/emulator";

const PLACE = { app: "yoga", environment: "sandbox" } as const;

/** Requests of the App Store, one after the other on some connections. */
export interface RequestLoad {
  /** Those of Apple's identifiers that were answered so far. */
  readonly answered: ReadonlySet<string>;
  /** Resolves when none is under way any more. */
  stop(): Promise<void>;
}

/** Has the App Store ask a process for the sandbox of `yoga`, over and over. */
export function startRequestLoad(emulator: Emulator, url: string): RequestLoad {
  const CONNECTIONS = 4;
  const answered = new Set<string>();
  const subscribers = emulator.subscribers(PLACE);
  const stopping = new AbortController();

  async function ask(index: number): Promise<void> {
    const requestIdentifier = randomUUID();
    const { originalTransactionId = "" } = subscribers[index % subscribers.length] ?? {};
    const signed = await emulator.signedRequest({
      ...PLACE,
      originalTransactionId,
      overrides: { requestIdentifier },
    });
    const response = await fetch(`${url}/apple/retention/yoga/sandbox`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(signed),
    });
    await response.arrayBuffer();
    if (response.status === 200) answered.add(requestIdentifier);
  }

  async function askOn(connection: number): Promise<void> {
    for (let index = connection; !stopping.signal.aborted; index += CONNECTIONS) {
      await ask(index);
    }
  }

  const running = Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, index) => {
      // Who is killed answers nobody any more.
      await askOn(index).catch(() => undefined);
    }),
  );
  return {
    answered,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** What a control plane has of decisions. */
export interface DecisionsThere {
  /** Apple's identifiers of the requests, each as often as it is there. */
  readonly identifiers: readonly string[];
  /** How many it has counted. */
  readonly counted: number;
}

/** Reads all decisions of the sandbox of `yoga` that a control plane has. */
export async function readDecisionsThere(admin: ApiClient): Promise<DecisionsThere> {
  const identifiers: string[] = [];
  const pages = { params: PLACE, query: { limit: 100 } };
  for await (const { requestIdentifier } of admin.items(routes.listDecisions, pages)) {
    identifiers.push(requestIdentifier);
  }
  const { body } = await admin.call(routes.countDecisions, { params: PLACE, query: {} });
  return { identifiers, counted: body.total };
}
