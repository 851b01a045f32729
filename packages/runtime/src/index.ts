export { createRuntime } from "./answer/runtime.ts";
export type { Runtime } from "./answer/runtime.ts";
export type { RuntimeOptions } from "./answer/runtime-options.ts";
export type { AnswerEvent, AnswerOutcome, Observer } from "./ports/observer.ts";
export type { SubscriberStore } from "./ports/subscribers.ts";
