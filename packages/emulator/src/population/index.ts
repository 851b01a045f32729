export type {
  DayRange,
  DecisionRule,
  Later,
  Odds,
  PaymentFailure,
  PopulationBehaviour,
} from "./behaviour.ts";
export {
  type Deciding,
  type ExpectedOutcomes,
  expectedKeepRate,
  expectedOutcomes,
} from "./expected-outcomes.ts";
export type {
  DecisionEvent,
  LifeEvent,
  LookingEvent,
  PopulationEvent,
} from "./population-event.ts";
export type { PopulationOptions } from "./population-options.ts";
export { runPopulation } from "./run-population.ts";
export { type ShownKind, type ShownTraits, traitsOf } from "./shown-traits.ts";
