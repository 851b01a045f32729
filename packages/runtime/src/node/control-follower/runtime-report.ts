import type { PublicationStatus } from "../../ports/publications.ts";
import type { AnswerCounts } from "../answer-counts.ts";

/** What a runtime tells control about itself. */
export interface RuntimeIdentity {
  /** Its release of Holdfast. */
  readonly release: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** How its requests ended; not told by default. */
  readonly answers?: Pick<AnswerCounts, "of">;
}

/** The most characters of a problem's code. */
const MAX_PROBLEM_LENGTH = 64;

/** Returns what a runtime answers by, as the API takes it. */
export function runtimeReport(
  { release, startedAt, answers }: RuntimeIdentity,
  publications: readonly PublicationStatus[],
): object {
  const serves = publications.map(({ app, environment, live, problem }) => ({
    app,
    environment,
    ...(live === undefined ? {} : { snapshot: live.snapshotHash }),
    sequence: live?.sequence ?? 0,
    stopListSequence: live?.stops.sequence ?? 0,
    ...(problem === undefined ? {} : { problem: problem.slice(0, MAX_PROBLEM_LENGTH) }),
    ...(answers === undefined ? {} : { answers: answers.of(app, environment) }),
  }));
  return { host: "node", release, startedAt, serves };
}
