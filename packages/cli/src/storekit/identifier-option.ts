import { checkIdentifier } from "@holdfast/appstore/retention-messaging";
import type { Io, OptionSpec, Options } from "../command.ts";
import { requireSound } from "./check-values.ts";

/** Which image. */
export const IMAGE_ID_OPTION: OptionSpec = {
  flags: "--image-id <uuid>",
  description: "the image's identifier, a lowercase UUID of your choice; required",
};

/** Which message. */
export const MESSAGE_ID_OPTION: OptionSpec = {
  flags: "--message-id <uuid>",
  description: "the message's identifier, a lowercase UUID of your choice; required",
};

/**
 * Returns the identifier an option gives.
 *
 * @throws UsageError `OPTION_MISSING`, `IDENTIFIER_INVALID`
 */
export function requireIdentifier(
  options: Options,
  name: "image-id" | "message-id",
  io: Pick<Io, "stderr">,
): string {
  return soundIdentifier(options.required(name), name, io);
}

/**
 * Returns the identifiers an option gives that may come more than once, each once; none is fine.
 *
 * @throws UsageError `IDENTIFIER_INVALID`
 */
export function requireIdentifiers(
  options: Options,
  name: "image-id" | "message-id",
  io: Pick<Io, "stderr">,
): readonly string[] {
  return [...new Set(options.list(name).map((text) => soundIdentifier(text, name, io)))];
}

function soundIdentifier(text: string, name: string, io: Pick<Io, "stderr">): string {
  const identifier = text.trim();
  requireSound(`--${name}`, checkIdentifier(identifier), io);
  return identifier;
}
