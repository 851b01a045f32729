/**
 * One row from the first restore on: what publications and stop lists issued later count from. The backup
 * knows nothing of those issued after it, which runtimes have seen and whose sequences they hold on to.
 */
export interface SequenceFloorTable {
  readonly id: 1;
  readonly sequence: number;
}
