export { applyFaults } from "./apply-faults.ts";
export type { Fault, FaultSelection } from "./fault.ts";
export { createFaults, type FaultInForce, type Faults } from "./faults.ts";
