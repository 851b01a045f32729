import { checkDimensions } from "./image-dimensions.ts";
import type { KnownImageSize } from "./image-dimensions.ts";
import { checkOpacity } from "./opacity.ts";
import { readPngChunks } from "./png-chunks.ts";
import { collectPngContent } from "./png-content.ts";
import { parsePngHeader } from "./png-header.ts";
import type { PngHeader } from "./png-header.ts";
import { PngDefect } from "./png-problem.ts";
import type { PngProblem } from "./png-problem.ts";
import { checkScanLines } from "./scan-lines.ts";

/** A PNG Apple takes, as far as its documents tell. */
export interface SoundPng extends PngHeader {
  readonly ok: true;
  /** Warnings only. */
  readonly problems: readonly PngProblem[];
}

/** A file Apple would refuse. */
export interface RefusedPng {
  readonly ok: false;
  /** The first thing that is wrong; what comes after it is not looked at. */
  readonly problems: readonly [PngProblem];
}

/** What {@link inspectPng} found. */
export type PngInspection = SoundPng | RefusedPng;

/**
 * Checks a file the way Apple documents it for Upload Image: a PNG, of the dimensions of its size
 * class, without a pixel that is not opaque. All of it is decoded, its dimensions are checked before;
 * nothing is inflated beyond what they imply. Throws nothing.
 *
 * @param imageSize without it any dimensions are taken, up to 16.6 million pixels
 * @see https://developer.apple.com/documentation/retentionmessaging/upload-image
 */
export function inspectPng(bytes: Uint8Array, imageSize?: KnownImageSize): PngInspection {
  try {
    return inspect(bytes, imageSize);
  } catch (error) {
    if (!(error instanceof PngDefect)) throw error;
    const { code, message } = error;
    return { ok: false, problems: [{ code, severity: "error", message }] };
  }
}

function inspect(bytes: Uint8Array, imageSize: KnownImageSize | undefined): SoundPng {
  const chunks = readPngChunks(bytes);
  const first = chunks.next();
  const header = parsePngHeader(first.done === true ? undefined : first.value);
  checkDimensions(header, imageSize);
  const content = collectPngContent(header, chunks);
  checkScanLines(header, content.imageData);
  checkOpacity(bytes, header, content);
  return { ok: true, ...header, problems: content.isAnimated ? [ANIMATED] : [] };
}

const ANIMATED: PngProblem = {
  code: "IMAGE_ANIMATED",
  severity: "warning",
  message: "expected one picture, got an animation; whether Apple takes it is not documented",
};
