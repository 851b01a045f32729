import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";

/** Something wrong with what is to be sent, as the checks of content and of images tell it. */
export interface Problem {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  /** Where in what was checked; default: all of it. */
  readonly path?: readonly (string | number)[];
}

/**
 * Goes on when what is to be sent is sound; warnings are told.
 *
 * @param what - what was checked, like `--image-id`
 * @throws UsageError with the code of the first error, and all errors in its message
 */
export function requireSound(
  what: string,
  problems: readonly Problem[],
  io: Pick<Io, "warn">,
): void {
  const errors = problems.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first !== undefined) {
    throw new UsageError(first.code, errors.map((problem) => sayProblem(what, problem)).join("\n"));
  }
  for (const problem of problems) io.warn(sayProblem(what, problem));
}

function sayProblem(what: string, { path = [], message }: Problem): string {
  return [what, ...(path.length === 0 ? [] : [path.join(".")]), message].join(": ");
}
