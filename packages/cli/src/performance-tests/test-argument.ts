import { checkRequestId } from "@holdfast/appstore/retention-messaging";
import type { ArgumentSpec, CommandInput, Io } from "../command.ts";
import { requireSound } from "../storekit/check-values.ts";

/** Which performance test. */
export const TEST_ARGUMENT: ArgumentSpec = {
  name: "id",
  description: "the test's id, from `performance-tests list`",
  required: true,
};

/**
 * Returns the id of {@link TEST_ARGUMENT}.
 *
 * @throws UsageError `REQUEST_ID_INVALID`
 */
export function testOf(
  { arguments: positional }: Pick<CommandInput, "arguments">,
  io: Pick<Io, "warn">,
): string {
  // The parser does not go on without it.
  const [id = ""] = positional;
  requireSound("the test's id", checkRequestId(id), io);
  return id;
}
