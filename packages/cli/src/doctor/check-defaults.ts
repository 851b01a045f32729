import { AppleApiError } from "@holdfast/appstore/http";
import { findDefaultMessage } from "@holdfast/appstore/retention-messaging/client";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import { placeKey } from "@holdfast/provisioning";
import type { DesiredContent, ProvisioningState } from "@holdfast/provisioning";
import type { Io } from "../command.ts";
import { fine, flawed, skipped } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import { describeFailure } from "./check-access.ts";

type DesiredDefault = DesiredContent["defaults"][number];

/** What default messages are checked with. */
export interface DefaultsMeans {
  readonly client: RetentionMessagingClient;
  /** What was last written or read; the state file knows without asking. */
  readonly state: Pick<ProvisioningState, "defaults"> | undefined;
  /** How many are read where the state file knows nothing: each is a request of Apple's hourly quota. */
  readonly sample: number;
  readonly io: Pick<Io, "signal">;
}

/** Holds the default messages a flow wants against what is known of them, or a sample of them. */
export async function checkDefaults(
  desired: DesiredContent | undefined,
  means: DefaultsMeans,
): Promise<Finding> {
  if (desired === undefined) return skipped("DEFAULTS", "without a flow nothing is wanted");
  const { defaults } = desired;
  if (defaults.length === 0) return NO_DEFAULTS;
  const known = knownOf(means.state);
  if (defaults.every((wanted) => known.has(placeKey(wanted)))) {
    const tally = tallyOf(defaults, (wanted) => known.get(placeKey(wanted)) ?? null);
    return judge(tally, desired, "by the state file");
  }
  const sample = spread(defaults, means.sample);
  try {
    const read = new Map<DesiredDefault, string | null>();
    const { client, io } = means;
    for (const wanted of sample) {
      read.set(wanted, await findDefaultMessage(client, wanted, { signal: io.signal }));
    }
    const tally = tallyOf(sample, (wanted) => read.get(wanted) ?? null);
    return judge(tally, desired, `${sample.length} of ${defaults.length} asked for`);
  } catch (error) {
    if (!(error instanceof AppleApiError) || error.code === "REQUEST_ABORTED") throw error;
    return flawed("fail", "DEFAULTS", describeFailure(error));
  }
}

const NO_DEFAULTS = flawed("warn", "DEFAULTS", {
  message: "the flow has no default messages",
  advice:
    "add defaults to the flow: without one Apple shows no message for a product in a locale, whatever is answered",
});

function knownOf(state: DefaultsMeans["state"]): ReadonlyMap<string, string | null> {
  return new Map(
    (state?.defaults ?? []).map((known) => [placeKey(known), known.messageIdentifier]),
  );
}

/** So many of a list, evenly spread over it. */
function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return items.filter(
    (_, index) =>
      Math.floor((index * count) / items.length) !==
      Math.floor(((index - 1) * count) / items.length),
  );
}

interface Tally {
  readonly right: number;
  readonly other: number;
  readonly missing: number;
}

function tallyOf(
  wanted: readonly DesiredDefault[],
  identifierOf: (wanted: DesiredDefault) => string | null,
): Tally {
  const found = wanted.map((one) => ({ one, identifier: identifierOf(one) }));
  const missing = found.filter(({ identifier }) => identifier === null).length;
  const right = found.filter(({ one, identifier }) => identifier === one.messageIdentifier).length;
  return { right, missing, other: found.length - right - missing };
}

function judge(
  { right, other, missing }: Tally,
  { environment }: DesiredContent,
  source: string,
): Finding {
  const said = `${right} as the flow wants, ${other} of another message, ${missing} missing (${source})`;
  if (other + missing === 0) return fine("DEFAULTS", said);
  const advice = `holdfast plan --environment ${environment} --refresh tells which, holdfast apply sets them`;
  const isSerious = missing > 0 && environment === "production";
  return flawed(isSerious ? "fail" : "warn", "DEFAULTS", { message: said, advice });
}
