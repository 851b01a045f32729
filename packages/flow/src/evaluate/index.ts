export { BUCKETING_HASH_VERSION, MAX_TOTAL_WEIGHT, PARTS_OF_WHOLE } from "./bucketing.ts";
export type { BucketLayer } from "./bucketing.ts";
export {
  BUILT_IN_ATTRIBUTES,
  CUSTOM_ATTRIBUTE_PREFIX,
  HISTORY_ATTRIBUTE,
  HISTORY_MEASURES,
  WEEKDAYS,
} from "./attributes.ts";
export type {
  AttributeDefinition,
  AttributeSource,
  AttributeType,
  HistoryMeasure,
} from "./attributes.ts";
export { addExposure, COOLDOWN_GRACE_MS, isCoolingDown } from "./cooldown.ts";
export { NO_STOPS } from "./decision.ts";
export type * from "./decision.ts";
export { evaluate, resolveFallback } from "./evaluate.ts";
export { explainEvaluation } from "./explain-evaluation.ts";
export type { ExplainedEvaluation } from "./explain-evaluation.ts";
export type { RuleStep } from "./judge-rule.ts";
export { canDefer, needsSubscriberState } from "./product-facts.ts";
export { indexLocales, resolveLocale } from "./resolve-locale.ts";
export type { AvailableLocales, LocaleChoice, LocaleStep } from "./resolve-locale.ts";
export type * from "./subject.ts";
export type * from "./trace.ts";
export type { TruthName } from "./truth.ts";
