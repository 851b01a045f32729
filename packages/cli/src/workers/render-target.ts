import type { Io } from "../command.ts";
import { createStyle, printable } from "../style.ts";
import { valuesOf } from "./await-written.ts";
import type { WorkersTarget } from "./find-target.ts";

/** Tells whether something of a target waits to be written. */
export function isBehind(target: WorkersTarget): boolean {
  return valuesOf(target).some(({ waitingSequence }) => waitingSequence !== undefined);
}

/** Renders for people what was written for an app's Workers, and what could not be. */
export function renderTarget(
  { environments }: WorkersTarget,
  io: Pick<Io, "colors">,
): readonly string[] {
  const style = createStyle(io);
  return environments.flatMap(({ environment, live, stopList }) => {
    const problem = stopList?.problem ?? live?.problem;
    if (problem !== undefined) {
      const why = `${printable(problem)}; the control plane goes on trying`;
      return [style.yellow(`  ${environment}: cannot be written: ${why}`)];
    }
    if (live === undefined) return [`  ${environment}: nothing is live`];
    if (live.waitingSequence !== undefined) {
      return [
        style.yellow(`  ${environment}: sequence ${live.waitingSequence} waits to be written`),
      ];
    }
    const seen = "Workers answer by it within 90 s";
    return [style.green(`  ${environment}: sequence ${live.sequence ?? 0} is written, ${seen}`)];
  });
}
