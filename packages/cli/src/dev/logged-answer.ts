import type { SeenAnswer } from "./live-view.ts";

/** A line of a runtime's log about an answer, as far as it is shown. */
interface LoggedAnswer {
  readonly msg: SeenAnswer["outcome"];
  readonly code?: string;
  readonly requestIdentifier?: string;
  readonly source: "rule" | "holdout" | "fallback";
  readonly rule?: string;
  readonly arm?: string;
  readonly response?: NonNullable<NonNullable<SeenAnswer["decision"]>["delivered"]>["kind"];
  readonly message?: string;
  readonly offer?: string;
}

/** Returns the answer that a line of a Worker's log tells of; undefined for every other line. */
export function parseLoggedAnswer(line: string): SeenAnswer | undefined {
  const logged = parseLine(line);
  if (logged === undefined) return undefined;
  const { msg: outcome, code, requestIdentifier, source, rule, arm } = logged;
  if (requestIdentifier === undefined) return undefined;
  const { response, message, offer } = logged;
  return {
    outcome,
    ...(code === undefined ? {} : { code }),
    decision: {
      requestIdentifier,
      source,
      ...(rule === undefined ? {} : { rule }),
      ...(arm === undefined ? {} : { experiment: { arm } }),
      ...(response === undefined
        ? {}
        : {
            delivered: {
              kind: response,
              ...(message === undefined ? {} : { message }),
              ...(offer === undefined ? {} : { offerIdentifier: offer }),
            },
          }),
    },
  };
}

/** The Worker's lines are JSON, as `answerLine()` has them; those of workerd itself are not. */
function parseLine(line: string): LoggedAnswer | undefined {
  try {
    return JSON.parse(line) as LoggedAnswer;
  } catch {
    return undefined;
  }
}
