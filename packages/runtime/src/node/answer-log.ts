import type { Logger } from "pino";
import { answerLine } from "../answer/answer-line.ts";
import type { AnswerEvent } from "../ports/observer.ts";

/** Writes one structured line an answer. */
export function logAnswer(logger: Logger, event: AnswerEvent): void {
  const { level, message, fields } = answerLine(event);
  logger[level](fields, message);
}
