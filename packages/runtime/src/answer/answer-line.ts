import type { AnswerEvent } from "../ports/observer.ts";

/** One line of a host's log: how a request ended. */
export interface AnswerLine {
  readonly level: "info" | "error";
  readonly message: string;
  readonly fields: object;
}

/** Returns what is logged of an answer: rule, message, offer, signing result, latency, pseudonym. */
export function answerLine(event: AnswerEvent): AnswerLine {
  const { outcome: message, error } = event;
  if (message === "refused") return { level: "info", message, fields: refusalFields(event) };
  const fields = { ...refusalFields(event), ...decisionFields(event) };
  if (error === undefined && message !== "unavailable") return { level: "info", message, fields };
  return { level: "error", message, fields: { ...fields, error: describeError(error) } };
}

function refusalFields({ app, environment, status, code, latencyMs }: AnswerEvent): object {
  return { app, environment, status, code, latencyMs: Math.round(latencyMs * 1000) / 1000 };
}

function decisionFields({ decision, signing, clockSkewMs }: AnswerEvent): object {
  if (decision === undefined) return {};
  const { delivered } = decision;
  return {
    requestIdentifier: decision.requestIdentifier,
    subject: decision.subject.pseudonym,
    productId: decision.subject.productId,
    source: decision.source,
    rule: decision.rule,
    arm: decision.experiment?.arm,
    response: delivered?.kind,
    message: delivered !== undefined && "message" in delivered ? delivered.message : undefined,
    locale: delivered !== undefined && "locale" in delivered ? delivered.locale : undefined,
    offer: delivered?.kind === "promotionalOffer" ? delivered.offerIdentifier : undefined,
    signing,
    clockSkewMs,
  };
}

/** Name, code and message; stacks and causes may hold what a log must not. */
function describeError(error: unknown): object | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : undefined;
  return { name: error.name, code, message: error.message };
}
