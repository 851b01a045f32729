import { compileValidFlow } from "@holdfast/flow/compile";
import { parseFlow } from "@holdfast/flow/document";
import { parseSnapshot, prepareSnapshot, snapshotHash } from "@holdfast/flow/snapshot";
import { validateFlow } from "@holdfast/flow/validate";
import { median } from "./median.ts";

const ROUNDS = 5;

/** What each stage of a publication takes of the processor, medians in ms. */
export interface PublishStages {
  /** YAML to document; not done for a version whose document the process still has. */
  readonly read: number;
  readonly validate: number;
  readonly compile: number;
  /** Canonical JSON and its SHA-256; a runtime does it again. */
  readonly hash: number;
  /** The runtime's strict reading and indexing. */
  readonly open: number;
}

/** Times the stages of publishing a text, one after the other, after a round that does not count. */
export async function timeStages(text: string): Promise<PublishStages> {
  const rounds: PublishStages[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) rounds.push(await timeOnce(text));
  const counted = rounds.slice(1);
  const of = (stage: keyof PublishStages): number => median(counted.map((times) => times[stage]));
  return {
    read: of("read"),
    validate: of("validate"),
    compile: of("compile"),
    hash: of("hash"),
    open: of("open"),
  };
}

async function timeOnce(text: string): Promise<PublishStages> {
  const environment = "sandbox" as const;
  const clock = createStopwatch();
  const parsed = parseFlow(text);
  const read = clock.lap();
  if (!parsed.ok) throw new Error("expected a flow");
  validateFlow(parsed.document, { environment });
  const validate = clock.lap();
  const snapshot = compileValidFlow(parsed.document, { environment });
  const compile = clock.lap();
  await snapshotHash(snapshot);
  const hash = clock.lap();
  const received: unknown = JSON.parse(JSON.stringify(snapshot));
  clock.lap();
  prepareSnapshot(parseSnapshot(received));
  return { read, validate, compile, hash, open: clock.lap() };
}

function createStopwatch() {
  let last = performance.now();
  return {
    /** Milliseconds since the last lap. */
    lap(): number {
      const before = last;
      last = performance.now();
      return last - before;
    },
  };
}
