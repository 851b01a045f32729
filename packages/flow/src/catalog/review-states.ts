import * as z from "zod";
import { BadDataError } from "@holdfast/appstore/errors";
import type { CatalogErrorCode } from "./catalog.ts";

const stateSchema = z.enum(["PENDING", "APPROVED", "REJECTED"]);

const reviewStatesSchema = z.object({
  /** By message identifier, a lowercase UUID; what is missing is not at Apple. */
  messages: z.record(z.string(), stateSchema),
  /** By image identifier, a lowercase UUID. */
  images: z.record(z.string(), stateSchema),
  /** Which product × locale have a default message; absent when that was not asked. */
  defaults: z
    .array(z.object({ productId: z.string(), locale: z.string(), messageIdentifier: z.string() }))
    .optional(),
});

/** Apple's verdict on a message or an image. */
export type ReviewState = z.output<typeof stateSchema>;

/** What Apple has of one app in one environment. */
export type ReviewStates = z.output<typeof reviewStatesSchema>;

/** A verdict, or `unknown` for what Apple does not have. */
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
