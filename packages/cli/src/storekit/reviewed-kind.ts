import { normalizeReviewState } from "@holdfast/appstore/retention-messaging";
import type {
  CallOptions,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";
import type { Result } from "../output.ts";
import { resultOfRows } from "./rows.ts";

/** An image or a message at Apple. */
export interface ReviewedItem {
  readonly identifier: string;
  /** As Apple spells it. */
  readonly state: string;
  /** Of an image, where Apple tells it; else empty. */
  readonly size: string;
  /** What Apple sent. */
  readonly raw: object;
}

/** What Apple's list holds. */
export interface ReviewedList {
  readonly items: readonly ReviewedItem[];
  /** Returns Apple's answer with these items only, whatever else is in it. */
  readonly answerWith: (items: readonly ReviewedItem[]) => object;
}

/** One of the two kinds of things that Apple reviews. */
export interface ReviewedKind {
  readonly noun: "image" | "message";
  readonly fetchList: (
    client: RetentionMessagingClient,
    options: CallOptions,
  ) => Promise<ReviewedList>;
  /** Returns a list as a command shows it. */
  readonly resultOf: (list: ReviewedList, items: readonly ReviewedItem[]) => Result;
}

/** Images. */
export const IMAGES: ReviewedKind = {
  noun: "image",
  async fetchList(client, options) {
    const answer = await client.getImageList(options);
    const items = (answer.imageIdentifiers ?? []).map((raw) => ({
      identifier: raw.imageIdentifier,
      state: raw.imageState,
      size: raw.imageSize ?? "",
      raw,
    }));
    const answerWith = (kept: readonly ReviewedItem[]): object => ({
      ...answer,
      imageIdentifiers: kept.map(({ raw }) => raw),
    });
    return { items, answerWith };
  },
  resultOf: (list, items) =>
    resultOfRows({
      json: list.answerWith(items),
      head: ["Image ID", "Size", "State"],
      fields: ["imageIdentifier", "imageSize", "imageState"],
      rows: items.map(({ identifier, size, state }) => [identifier, size, state]),
    }),
};

/** Messages. */
export const MESSAGES: ReviewedKind = {
  noun: "message",
  async fetchList(client, options) {
    const answer = await client.getMessageList(options);
    const items = (answer.messageIdentifiers ?? []).map((raw) => ({
      identifier: raw.messageIdentifier,
      state: raw.messageState,
      size: "",
      raw,
    }));
    const answerWith = (kept: readonly ReviewedItem[]): object => ({
      ...answer,
      messageIdentifiers: kept.map(({ raw }) => raw),
    });
    return { items, answerWith };
  },
  resultOf: (list, items) =>
    resultOfRows({
      json: list.answerWith(items),
      head: ["Message ID", "State"],
      fields: ["messageIdentifier", "messageState"],
      rows: items.map(({ identifier, state }) => [identifier, state]),
    }),
};

/** Tells whether an item is in a state, by the one name states have here, in any case. */
export function isInState({ state }: ReviewedItem, wanted: string): boolean {
  return normalizeReviewState(state) === normalizeReviewState(wanted.toUpperCase());
}
