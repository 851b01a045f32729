import type { ImageSize, ReviewState } from "@holdfast/appstore/retention-messaging";

/** An image at Apple. */
export interface AppleImage {
  readonly state: ReviewState;
  readonly size?: ImageSize;
}

/**
 * What Apple's lists say of one app in one environment. There are identifiers and states in them,
 * never texts or pictures; default messages are not listed at all.
 */
export interface AppleContent {
  /** By message identifier. */
  readonly messages: ReadonlyMap<string, ReviewState>;
  /** By image identifier. */
  readonly images: ReadonlyMap<string, AppleImage>;
  /** Null when none is configured. */
  readonly realtimeUrl: string | null;
}
