import { checkIdentifier } from "@holdfast/appstore/retention-messaging";
import type { Io, OptionSpec, Options } from "../command.ts";
import { requireSound } from "./check-values.ts";

/** Which image. */
export const IMAGE_ID_OPTION: OptionSpec = {
  flags: "--image-id <uuid>",
  description: "the image's identifier, a UUID of your choice; required",
  required: true,
};

/** Which message. */
export const MESSAGE_ID_OPTION: OptionSpec = {
  flags: "--message-id <uuid>",
  description: "the message's identifier, a UUID of your choice; required",
  required: true,
};

/**
 * Returns the identifier an option gives.
 *
 * @throws UsageError `OPTION_MISSING`, `IDENTIFIER_INVALID`
 */
export function requireIdentifier(
  options: Options,
  name: "image-id" | "message-id",
  io: Pick<Io, "warn">,
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
  io: Pick<Io, "warn">,
): readonly string[] {
  return [...new Set(options.list(name).map((text) => soundIdentifier(text, name, io)))];
}

/** Capitals, as `uuidgen` writes them on a Mac, become small letters: Apple wants these. */
function soundIdentifier(text: string, name: string, io: Pick<Io, "warn">): string {
  const written = text.trim();
  const identifier = written.toLowerCase();
  if (identifier !== written && checkIdentifier(identifier).length === 0) {
    io.warn(`--${name}: ${identifier} is used, for Apple wants lowercase`);
    return identifier;
  }
  requireSound(`--${name}`, checkIdentifier(written), io);
  return written;
}
