export { addUnits } from "./add-units.ts";
export { noteSignals } from "./note-signals.ts";
