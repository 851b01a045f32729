export { addUnits } from "./add-units.ts";
export { deleteOutcomesOfApp, eraseOutcomesOf } from "./erase-outcomes.ts";
export { noteSignals } from "./note-signals.ts";
export { outcomeJobs } from "./outcome-jobs.ts";
export { createOutcomesFeature } from "./outcomes-feature.ts";
