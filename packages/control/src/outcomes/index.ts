export { addUnits } from "./add-units.ts";
export { eraseOutcomesOf, OUTCOME_TABLES } from "./erase-outcomes.ts";
export { noteSignals } from "./note-signals.ts";
export { outcomeJobs } from "./outcome-jobs.ts";
export { createOutcomesFeature } from "./outcomes-feature.ts";
