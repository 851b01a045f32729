import {
  BULLET_POINT_IMAGE_SIDE_PIXELS,
  FULL_SIZE_IMAGE_MAX_HEIGHT_PIXELS,
  FULL_SIZE_IMAGE_MIN_HEIGHT_PIXELS,
  FULL_SIZE_IMAGE_WIDTH_PIXELS,
} from "../retention-messaging/index.ts";
import { PngDefect } from "./png-problem.ts";

/** The size classes whose dimensions are known. */
export type KnownImageSize = "FULL_SIZE" | "BULLET_POINT";

/** Images of no size class with more pixels are not decoded. Ours: twice the largest Apple takes. */
const MAX_PIXELS = 2 * FULL_SIZE_IMAGE_WIDTH_PIXELS * FULL_SIZE_IMAGE_MAX_HEIGHT_PIXELS;

interface Dimensions {
  readonly width: number;
  readonly height: number;
}

/**
 * Lets through what Apple takes for a size class, and without one what is not too large to decode.
 *
 * @throws PngDefect `IMAGE_DIMENSIONS`, or `IMAGE_TOO_LARGE` where there is no size class
 * @see https://developer.apple.com/documentation/retentionmessaging/upload-image
 */
export function checkDimensions(dimensions: Dimensions, imageSize?: KnownImageSize): void {
  const { width, height } = dimensions;
  const got = `got ${width} × ${height}`;
  if (imageSize === undefined) {
    if (width * height <= MAX_PIXELS) return;
    throw new PngDefect("IMAGE_TOO_LARGE", `expected at most ${MAX_PIXELS} pixels, ${got}`);
  }
  const { fits, expected } = RULES[imageSize];
  if (fits(dimensions)) return;
  const message = `expected ${expected} pixels for ${imageSize}, ${got}`;
  throw new PngDefect("IMAGE_DIMENSIONS", message);
}

interface Rule {
  readonly expected: string;
  readonly fits: (dimensions: Dimensions) => boolean;
}

const RULES: Readonly<Record<KnownImageSize, Rule>> = {
  FULL_SIZE: {
    expected: `${FULL_SIZE_IMAGE_WIDTH_PIXELS} × ${FULL_SIZE_IMAGE_MIN_HEIGHT_PIXELS} to ${FULL_SIZE_IMAGE_MAX_HEIGHT_PIXELS}`,
    fits: ({ width, height }) =>
      width === FULL_SIZE_IMAGE_WIDTH_PIXELS &&
      height >= FULL_SIZE_IMAGE_MIN_HEIGHT_PIXELS &&
      height <= FULL_SIZE_IMAGE_MAX_HEIGHT_PIXELS,
  },
  BULLET_POINT: {
    expected: `${BULLET_POINT_IMAGE_SIDE_PIXELS} × ${BULLET_POINT_IMAGE_SIDE_PIXELS}`,
    fits: ({ width, height }) =>
      width === BULLET_POINT_IMAGE_SIDE_PIXELS && height === BULLET_POINT_IMAGE_SIDE_PIXELS,
  },
};
