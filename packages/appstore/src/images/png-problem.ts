import { BadDataError } from "../errors/index.ts";

/**
 * What can be wrong with an image file.
 *
 * - `IMAGE_NOT_PNG`: another kind of file; Apple takes PNG only
 * - `IMAGE_TOO_LARGE`: more bytes, chunks or pixels than we look at; the limits are ours
 * - `IMAGE_DIMENSIONS`: not the pixels Apple takes for its size class
 * - `IMAGE_DAMAGED`: not a PNG that every decoder reads alike: cut off, a wrong checksum, a wrong
 *   order, pixels that do not fit the header, something after the end
 * - `IMAGE_TRANSPARENT`: a pixel that is not opaque; Apple refuses transparency
 * - `IMAGE_ANIMATED` [warning]: an APNG; what Apple does with one is UNCONFIRMED
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/upload-image
 */
export type PngProblemCode =
  | "IMAGE_NOT_PNG"
  | "IMAGE_TOO_LARGE"
  | "IMAGE_DIMENSIONS"
  | "IMAGE_DAMAGED"
  | "IMAGE_TRANSPARENT"
  | "IMAGE_ANIMATED";

/** One thing that is wrong with an image file. */
export interface PngProblem {
  readonly code: PngProblemCode;
  /** An error is what Apple refuses, or what we cannot read. */
  readonly severity: "error" | "warning";
  /** Like `expected …, got …`; names no file. */
  readonly message: string;
}

/** Ends the reading of a file; never leaves this folder. */
export class PngDefect extends BadDataError<PngProblemCode> {}

/** Returns the defect of a file that is a PNG, but not a sound one. */
export function damaged(message: string): PngDefect {
  return new PngDefect("IMAGE_DAMAGED", message);
}
