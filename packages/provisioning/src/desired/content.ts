import type { UploadMessageRequestBody } from "@holdfast/appstore/retention-messaging/client";
import type { FlowPath } from "@holdfast/flow/document";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { ImageHashes, ImageSize } from "@holdfast/flow/identifiers";

/** An image a flow needs at Apple. */
export interface DesiredImage {
  /** A lowercase UUID. */
  readonly identifier: string;
  readonly size: ImageSize;
  /** Where the flow asks for it first. */
  readonly path: FlowPath;
  /** The file it comes from, as the flow writes it; absent for an image uploaded elsewhere. */
  readonly file?: string;
  /** Reads the PNG; absent for an image uploaded elsewhere. */
  readonly bytes?: () => Promise<Uint8Array>;
}

/** A text of a message: a locale, and the message's name in the flow. */
export interface TextName {
  readonly message: string;
  readonly locale: string;
}

/** The body of an upload; a flow has the two positions that are known. */
export type DesiredBody = UploadMessageRequestBody & {
  readonly headerPosition?: "ABOVE_BODY" | "ABOVE_IMAGE";
};

/** A message as Apple knows it: one text. */
export interface DesiredMessage {
  /** A lowercase UUID. */
  readonly identifier: string;
  /** Every place in the flow with this content; never empty. */
  readonly names: readonly TextName[];
  /** Where the flow asks for it first. */
  readonly path: FlowPath;
  /** What to upload; absent for a message uploaded elsewhere. */
  readonly body?: DesiredBody;
  /** The images it refers to, as far as the flow knows. */
  readonly images: readonly string[];
}

/** A default message a flow wants. */
export interface DesiredDefault {
  readonly productId: string;
  readonly locale: string;
  /** The message's name in the flow. */
  readonly message: string;
  readonly messageIdentifier: string;
}

/** What a flow wants Apple to have, in one environment. */
export interface DesiredContent {
  readonly bundleId: string;
  readonly environment: FlowEnvironment;
  /** In the order of the flow, each identifier once. */
  readonly images: readonly DesiredImage[];
  /** In the order of the flow, each identifier once. */
  readonly messages: readonly DesiredMessage[];
  /** One for each product and locale. */
  readonly defaults: readonly DesiredDefault[];
  /** Absent when the flow says nothing about it; then Apple's stays as it is. */
  readonly realtimeUrl?: string;
}

/** What is beside a flow. */
export interface DesiredOptions {
  /** Every product of the app; needed where defaults say `products: all`. */
  readonly products?: readonly string[] | undefined;
  readonly images: ImageHashes;
  /** Returns an image file's bytes by the path the flow writes; `undefined` when there is none. */
  readonly bytesOf: (file: string) => Uint8Array | undefined | Promise<Uint8Array | undefined>;
}
