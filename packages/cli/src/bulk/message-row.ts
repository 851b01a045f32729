import type { UploadMessageRequestBody } from "@holdfast/appstore/retention-messaging/client";
import type { FlowIssue, FlowText } from "@holdfast/flow/document";

/** One text of one message, as it stands in a file. Nothing in it is checked yet. */
export interface MessageRow {
  readonly name: string;
  readonly locale: string;
  readonly header: string;
  readonly body: string;
  /** Empty: Apple's default. */
  readonly headerPosition: string;
  /** A `FULL_SIZE` image that is at Apple; empty: none. */
  readonly imageId: string;
  readonly alt: string;
  /** Empty: derived from the content. */
  readonly messageId: string;
  /** Empty: 1. Another one gives the same content another identifier. */
  readonly revision: string;
  /** Where it starts in the file, from 1. */
  readonly line: number;
}

/** What a file of messages was read as. */
export interface ReadMessages {
  readonly rows: readonly MessageRow[];
  /** What is wrong with the file, or was left out of it. */
  readonly issues: readonly ImportIssue[];
  /** The locale texts were translated from, where the file says. */
  readonly sourceLocale?: string | undefined;
}

/** One thing that is wrong with a file that is imported. */
export type ImportIssue = FlowIssue & { readonly file: string; readonly line: number };

/** Fields a row has as text, in the order they are written; the line is its place. */
export const ROW_FIELDS = [
  "name",
  "locale",
  "header",
  "body",
  "headerPosition",
  "imageId",
  "alt",
  "messageId",
  "revision",
] as const satisfies readonly (keyof MessageRow)[];

/** A field of a row. */
export type RowField = (typeof ROW_FIELDS)[number];

/** Returns a row as the flow would have it; what is empty is left out. */
export function flowTextOf(row: MessageRow): FlowText {
  const { header, body, headerPosition, imageId, alt, messageId, revision } = row;
  return {
    ...(messageId === "" ? {} : { id: messageId }),
    header,
    body,
    ...(headerPosition === "ABOVE_IMAGE" ? { headerPosition } : {}),
    ...(imageId === "" ? {} : { image: { id: imageId, alt } }),
    ...(revision === "" ? {} : { revision: Number(revision) }),
  };
}

/** Returns a row as it is sent to Apple. Unchecked: a header position can be anything. */
export function uploadBodyOf(row: MessageRow): UploadMessageRequestBody {
  const { header, body, headerPosition, imageId, alt } = row;
  return {
    header,
    body,
    ...(imageId === "" && alt === "" ? {} : { image: { imageIdentifier: imageId, altText: alt } }),
    // Whatever the file says: Apple may know more positions than the types.
    ...(headerPosition === "" ? {} : { headerPosition }),
  };
}
