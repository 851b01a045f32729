export { compareFlows } from "./compare-flows.ts";
export type {
  ComparedExample,
  FlowComparer,
  FlowComparison,
  FlowComparisonOptions,
  Move,
  PastDecision,
} from "./compare-flows.ts";
export { choiceOf, namesOf, responseOf } from "./compared-answer.ts";
export type { ComparedChoice, ComparedResponse } from "./compared-answer.ts";
export { FIXTURE_FORMAT, fixtureAnswerOf, parseFixture } from "./fixture.ts";
export type { Fixture, FixtureAnswer } from "./fixture.ts";
export { simulate } from "./simulate.ts";
export type { Simulation, SimulationInput } from "./simulate.ts";
export { takeCapturedRequest, takeMadeUpRequest } from "./take-request.ts";
export type { RequestTarget, RequestVerification, TakenRequest } from "./take-request.ts";
export { describeRefusal } from "../answer/request-refusal.ts";
