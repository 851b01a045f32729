/** What a runtime's metrics say about lookups of subscriber state, since its start. */
export interface LookupMetrics {
  /** How many ended how. */
  readonly endings: Readonly<Record<string, number>>;
  /** How many took at most so long, by upper bounds in seconds, rising. */
  readonly buckets: readonly Bucket[];
}

interface Bucket {
  readonly atMost: number;
  readonly count: number;
}

const ENDING = /^holdfast_subscriber_lookups_total\{ending="(?<ending>\w+)"\} (?<count>\d+)$/gm;
const BUCKET =
  /^holdfast_subscriber_lookup_duration_seconds_bucket\{le="(?<atMost>[^"]+)"\} (?<count>\d+)$/gm;

/** Reads them from a runtime that listens on this machine. */
export async function readLookupMetrics(url: string): Promise<LookupMetrics> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const endings = [...text.matchAll(ENDING)].map(({ groups }) => {
    return [groups?.["ending"] ?? "", Number(groups?.["count"])] as const;
  });
  const buckets = [...text.matchAll(BUCKET)].map(({ groups }) => {
    const bound = groups?.["atMost"] ?? "";
    const atMost = bound === "+Inf" ? Infinity : Number(bound);
    return { atMost, count: Number(groups?.["count"]) };
  });
  return { endings: Object.fromEntries(endings), buckets };
}

/** Returns what happened between two readings. */
export function lookupsBetween(before: LookupMetrics, after: LookupMetrics): LookupMetrics {
  const endings = Object.entries(after.endings)
    .map(([ending, count]) => [ending, count - (before.endings[ending] ?? 0)] as const)
    .filter(([, count]) => count > 0);
  const buckets = after.buckets.map(({ atMost, count }, index) => {
    return { atMost, count: count - (before.buckets[index]?.count ?? 0) };
  });
  return { endings: Object.fromEntries(endings), buckets };
}

/**
 * Returns how long a share of the lookups took at most, in ms: evenly spread within a bucket, as Prometheus
 * has it. Infinity beyond the last bound, NaN without lookups.
 *
 * @param share - from 0 to 1
 */
export function latencyOf({ buckets }: LookupMetrics, share: number): number {
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) return Number.NaN;
  const rank = share * total;
  let [low, below] = [0, 0];
  for (const { atMost, count } of buckets) {
    if (count >= rank) {
      if (atMost === Infinity) return Infinity;
      return 1000 * (low + ((atMost - low) * (rank - below)) / (count - below));
    }
    [low, below] = [atMost, count];
  }
  return Infinity;
}
