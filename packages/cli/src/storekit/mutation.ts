import { UsageError } from "@holdfast/appstore/errors";
import type { ApiEnvironment } from "@holdfast/appstore/retention-messaging/client";
import type { CommandInput, Io, OptionSpec, Options } from "../command.ts";
import { print } from "../output.ts";
import { resultOfRows } from "./rows.ts";

/** Says that a deletion is meant. */
export const CONFIRM_OPTION: OptionSpec = {
  flags: "--confirm",
  description: "say that it is meant; required",
};

/**
 * Goes on when a deletion is meant.
 *
 * @param why - why it is asked
 * @throws UsageError `OPTION_MISSING`
 */
export function requireConfirm(options: Options, why = "this cannot be undone"): void {
  if (options.flag("confirm")) return;
  throw new UsageError("OPTION_MISSING", `--confirm is required: ${why}`);
}

/** Something that was changed at Apple. */
export interface Mutation {
  readonly resource: "image" | "message" | "default" | "endpoint";
  /** The identifier of what was changed, like a UUID or `product/locale`. */
  readonly identifier: string;
  /** `skipped`: it was so already, and that was fine. */
  readonly action: "uploaded" | "deleted" | "skipped";
  readonly environment: ApiEnvironment;
}

/** Prints what was changed. */
export function printMutation(input: CommandInput, io: Io, mutation: Mutation): void {
  const { resource, identifier, action, environment } = mutation;
  print(
    input,
    io,
    resultOfRows({
      json: { resource, identifier, action, environment, success: true },
      head: ["Resource", "Identifier", "Action", "Environment", "Success"],
      rows: [[resource, identifier, action, environment, "true"]],
    }),
  );
}
