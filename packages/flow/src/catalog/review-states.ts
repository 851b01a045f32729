import * as z from "zod";
import { BadDataError } from "@holdfast/appstore/errors";
import { normalizeReviewState } from "@holdfast/appstore/retention-messaging";
import type { ReviewState } from "@holdfast/appstore/retention-messaging";
import type { CatalogErrorCode } from "./catalog.ts";

const statesSchema = z
  .record(z.string(), z.string())
  .transform((states): Readonly<Record<string, ReviewState>> => {
    const entries = Object.entries(states);
    return Object.fromEntries(entries.map(([id, state]) => [id, normalizeReviewState(state)]));
  });

const reviewStatesSchema = z.object({
  messages: statesSchema,
  images: statesSchema,
  defaults: z
    .array(z.object({ productId: z.string(), locale: z.string(), messageIdentifier: z.string() }))
    .optional(),
});

/** What Apple has of one app in one environment. Only `APPROVED` may be shown. */
export interface ReviewStates {
  /** By message identifier, a lowercase UUID; what is missing is not at Apple. */
  readonly messages: Readonly<Record<string, ReviewState>>;
  /** By image identifier, a lowercase UUID. */
  readonly images: Readonly<Record<string, ReviewState>>;
  /** The default messages there are; absent when that was not asked. */
  readonly defaults?: readonly DefaultMessage[] | undefined;
}

/** A default message at Apple. */
export interface DefaultMessage {
  readonly productId: string;
  readonly locale: string;
  readonly messageIdentifier: string;
}

/** A state, or `unknown` for what Apple does not have. */
export type KnownReviewState = ReviewState | "unknown";

/** Returns the state of an identifier in one of the lists. */
export function reviewStateOf(
  states: Readonly<Record<string, ReviewState>>,
  identifier: string,
): KnownReviewState {
  return Object.hasOwn(states, identifier) ? (states[identifier] ?? "unknown") : "unknown";
}

/**
 * Returns review states out of parsed JSON.
 *
 * @throws BadDataError `REVIEW_STATES_MALFORMED`
 */
export function parseReviewStates(value: unknown): ReviewStates {
  const parsed = reviewStatesSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join(".") ?? "";
  const code: CatalogErrorCode = "REVIEW_STATES_MALFORMED";
  throw new BadDataError(code, `review states ${path}: ${issue?.message ?? "malformed"}`);
}
