export type { PopulationOptions } from "./population-options.ts";
export { type PopulationEvent, runPopulation } from "./run-population.ts";
