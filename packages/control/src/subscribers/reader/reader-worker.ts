import { parentPort, workerData } from "node:worker_threads";
import { CodedError } from "@holdfast/appstore/errors";
import type {
  QuestionsMessage,
  ReaderSettings,
  StateAnswer,
  StateQuestion,
} from "./reader-messages.ts";
import { createSqliteStates } from "./sqlite-states.ts";

// Who started the thread gave it these settings.
const { databasePath } = workerData as ReaderSettings;
const states = createSqliteStates(databasePath);

function answer({ id, ...key }: StateQuestion, now: number): StateAnswer {
  try {
    const state = states.read(key, now);
    return state === undefined ? { id, found: false } : { id, found: true, state };
  } catch (error) {
    return { id, failure: error instanceof CodedError ? String(error.code) : "DATABASE_FAILED" };
  }
}

// A thread always has a parent.
parentPort?.on("message", ({ questions, now }: QuestionsMessage) => {
  parentPort?.postMessage(questions.map((question) => answer(question, now)));
});
