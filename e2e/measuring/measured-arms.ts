import { routes } from "@holdfast/api";
import { PLACE } from "./measured-app.ts";
import type { MeasuredWorld } from "./measured-world.ts";

const DAY_MS = 24 * 3_600_000;

/** Returns what the control plane says of each arm, by unit and arm, like `experiment:stay switch`. */
export async function measuredArms(world: MeasuredWorld) {
  const units = await readUnits(world);
  return units
    .flatMap(({ unit, arms }) =>
      arms.map(({ arm, ...rest }) => ({ name: nameOf(unit, arm), ...rest })),
    )
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Returns what it says of the differences between keep rates, by unit and arm. */
export async function measuredDifferences(world: MeasuredWorld) {
  const units = await readUnits(world);
  return units.flatMap(({ unit, comparisons }) =>
    comparisons.map(({ arm, against, low, high }) => {
      return { name: nameOf(unit, arm), against: nameOf(unit, against), low, high };
    }),
  );
}

/** The pages were opened by the machine's clock, before it was moved. */
async function readUnits({ admin, clock }: MeasuredWorld) {
  const [from, to] = [dayOf(Date.now() - DAY_MS), dayOf(clock.now())];
  const { body } = await admin.call(routes.readOutcomes, { params: PLACE, query: { from, to } });
  return body.units;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function nameOf(unit: string, arm: string | undefined): string {
  return arm === undefined ? unit : `${unit} ${arm}`;
}
