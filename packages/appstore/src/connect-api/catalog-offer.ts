/** How an offer is paid and how long it lasts. */
export interface CatalogOffer {
  /** `FREE_TRIAL`, `PAY_AS_YOU_GO`, `PAY_UP_FRONT`; open. */
  readonly offerMode: string | undefined;
  /** ISO 8601, of one of the offer's periods. */
  readonly duration: string | undefined;
  readonly numberOfPeriods: number | undefined;
}
