export { simulate } from "./simulate.ts";
export type { Simulation, SimulationInput } from "./simulate.ts";
