/**
 * Apple's limit for all operations but one, by the hour: one a second.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
 */
export const ONE_A_SECOND = 3600;

/** Apple's limit for Configure Default Message, by the hour: ten a second. */
export const TEN_A_SECOND = 36_000;
