import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { ShownKind } from "@holdfast/emulator";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import { columns } from "../output.ts";
import { configuredKeepRate } from "./dev-population.ts";

type Outcomes = RouteBody<typeof routes.readOutcomes>;
type Arm = Outcomes["units"][number]["arms"][number];

/**
 * Returns what the control plane has counted until now, for people: decisions, how often state was known in
 * time, and what became of subscriptions, beside what the local App Store's subscribers were set to do.
 */
export async function readSoFar({
  client,
  app,
  environment,
}: PlaceAtControl): Promise<readonly string[]> {
  const params = { app, environment };
  const [known, queue, outcomes] = await Promise.all([
    client.call(routes.readKnownShares, { params }),
    client.call(routes.readStatusQueue, { params }),
    client.call(routes.readOutcomes, { params }),
  ]);
  return [renderCounts(known.body, queue.body), ...renderOutcomesSoFar(outcomes.body)];
}

function renderCounts(
  { requests, needed, lookups }: RouteBody<typeof routes.readKnownShares>,
  { waiting }: RouteBody<typeof routes.readStatusQueue>,
): string {
  const found = lookups.find(({ ending }) => ending === "found")?.count ?? 0;
  const share =
    needed === 0
      ? ""
      : `, state found for ${sayPercent(found / needed)} of the ${needed} that needed it`;
  const left = waiting.unknown + waiting.outcome + waiting.import;
  const asking = left === 0 ? "" : `, ${left} subscriptions still to be asked about`;
  return `so far: ${requests} decisions${share}${asking}`;
}

/** Returns the arms of which an outcome is known, in a table. */
export function renderOutcomesSoFar({ units }: Pick<Outcomes, "units">): readonly string[] {
  const rows = units.flatMap(({ unit, arms }) =>
    arms.flatMap((each) => {
      const { keepRate, known, outcomes } = each;
      if (keepRate === undefined) return [];
      const { redeemed, switched, retentionOffer } = outcomes;
      const interval = `[${sayPercent(keepRate.low)}, ${sayPercent(keepRate.high)}]`;
      return [
        [
          each.arm === undefined ? unit : `${unit}, ${each.arm}`,
          String(known),
          String(redeemed + switched + retentionOffer),
          `${sayPercent(keepRate.value)} ${interval}`,
          saySet(each),
        ],
      ];
    }),
  );
  if (rows.length === 0) return ["  no outcome is known yet: a window of a minute must be over"];
  const head = ["of subscriptions first answered by", "Known", "Accepted", "Keep rate", "Set to"];
  return columns([head, ...rows]).map((line) => `  ${line}`);
}

/** What the keep rate should be: of what was delivered first, each by how often. */
function saySet({ messages }: Arm): string {
  let kept = 0;
  let all = 0;
  for (const { delivered, known } of messages) {
    kept += known * configuredKeepRate(SHOWN[delivered] ?? "message");
    all += known;
  }
  return all === 0 ? "-" : sayPercent(kept / all);
}

/** What is seen after a tap on Cancel, by what was delivered; all else is a message, Apple's or a default. */
const SHOWN: Readonly<Record<string, ShownKind>> = {
  alternateProduct: "alternateProduct",
  promotionalOffer: "promotionalOffer",
};

function sayPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
