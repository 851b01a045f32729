import { randomUUID } from "node:crypto";
import type { Emulator } from "@holdfast/emulator";
import { PLACE } from "./cluster-flow.ts";
import { ASKED_HEADER } from "./nginx-config.ts";
import { postAlone } from "./post-alone.ts";
import type { Span } from "./server-process.ts";

/** A request that was answered with a 200. */
export interface AnsweredRequest {
  readonly requestIdentifier: string;
  /** When the answer was there, ms since 1970. */
  readonly at: number;
  /** How long it took, ms. */
  readonly ms: number;
  /** The runtimes' addresses that were asked; the last one answered. */
  readonly asked: readonly string[];
}

/** A request that got another answer, or none, and when it was under way. */
export interface FailedRequest extends Span {
  /** The status and what was said with it, or the error's name. */
  readonly why: string;
  /** The runtimes' addresses that were asked. */
  readonly asked: readonly string[];
}

/** Requests of the App Store at a steady rate. */
export interface PacedLoad {
  readonly answered: readonly AnsweredRequest[];
  readonly failed: readonly FailedRequest[];
  /** Resolves when none is under way any more. */
  stop(): Promise<void>;
}

/** What a load is made of. */
export interface PacedLoadOptions {
  readonly emulator: Emulator;
  /** Where it is sent: the proxy. */
  readonly url: string;
  readonly perSecond: number;
}

/** So many are under way at most; a turn that finds all of them waiting is left out. */
const MAX_UNDER_WAY = 64;

/** When a request is given up, ms. */
const GIVEN_UP_MS = 10_000;

/** Has the App Store ask for the cluster's app, one subscriber after the other. */
export function startPacedLoad({ emulator, url, perSecond }: PacedLoadOptions): PacedLoad {
  const answered: AnsweredRequest[] = [];
  const failed: FailedRequest[] = [];
  const subscribers = emulator.subscribers(PLACE);
  const underWay = new Set<Promise<void>>();
  let turn = 0;

  async function ask(): Promise<void> {
    const requestIdentifier = randomUUID();
    const { originalTransactionId = "" } = subscribers[turn % subscribers.length] ?? {};
    turn += 1;
    const overrides = { requestIdentifier };
    const signed = await emulator.signedRequest({ ...PLACE, originalTransactionId, overrides });
    const from = Date.now();
    try {
      const target = `${url}/apple/retention/${PLACE.app}/${PLACE.environment}`;
      const { status, header, text } = await postAlone(target, signed, GIVEN_UP_MS);
      const at = Date.now();
      const asked = header(ASKED_HEADER).split(", ");
      if (status === 200) answered.push({ requestIdentifier, at, ms: at - from, asked });
      else failed.push({ from, until: at, why: `${status} ${codeOf(text)}`.trim(), asked });
    } catch (error) {
      failed.push({ from, until: Date.now(), why: nameOf(error), asked: [] });
    }
  }

  const timer = setInterval(() => {
    if (underWay.size >= MAX_UNDER_WAY) return;
    const asking = ask().finally(() => underWay.delete(asking));
    underWay.add(asking);
  }, 1000 / perSecond);
  return {
    answered,
    failed,
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}

/** The code of a refusal; nothing for an answer of somebody else's. */
function codeOf(text: string): string {
  return /"code":"(?<code>\w+)"/.exec(text)?.groups?.["code"] ?? "";
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error ? String(error.code) : error.name;
}
