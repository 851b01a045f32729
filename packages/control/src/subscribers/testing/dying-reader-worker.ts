import { parentPort } from "node:worker_threads";
import type { QuestionsMessage } from "../reader/reader-messages.ts";

// Answers what it is asked with how many questions came in one message, and dies when asked about "die".
parentPort?.on("message", ({ questions, now }: QuestionsMessage) => {
  if (questions.some(({ pseudonym }) => pseudonym === "die")) process.exit(1);
  const attributes = { "attributes.together": questions.length, "attributes.now": now };
  const previousDecisions = { rules: {}, offers: {} };
  const answered = questions.filter(({ pseudonym }) => pseudonym !== "silence");
  parentPort?.postMessage(
    answered.map(({ id }) => ({ id, found: true, state: { attributes, previousDecisions } })),
  );
});
