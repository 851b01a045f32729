/** Something a subscriber did, or that was observed of a subscription, as Apple told it. */
export type Signal = { readonly at: number } & (
  | RenewalSwitched
  | ({ readonly kind: "observed" } & Observed)
  | ({ readonly kind: "redeemed" | "retentionOffer" } & OfferTaken)
  | ({ readonly kind: "upgraded" | "downgraded" | "planKept" } & PlanChosen)
  | ({ readonly kind: "transaction" } & Paid)
  | ({ readonly kind: "expired" } & Expired)
  | ({ readonly kind: "refunded" | "refundReversed" } & Refunded)
);

/** What a signal is about. */
export type SignalKind = Signal["kind"];

/** A signal of some kinds. */
export type SignalOf<Kind extends SignalKind> = Extract<Signal, { readonly kind: Kind }>;

/** What a signal says beside its kind and its time; as its row holds it. */
export interface SignalDetails
  extends Partial<Observed>, Partial<OfferTaken>, Partial<Paid>, Partial<Expired> {
  readonly transactionAt?: number;
  readonly share?: number;
}

/** The subscriber turned renewal off or on. */
interface RenewalSwitched {
  readonly kind: "renewalOff" | "renewalOn";
}

/** How a subscription was when Apple signed its renewal info. */
interface Observed {
  /** Absent where renewal ended for another reason than the subscriber's will. */
  readonly isRenewalOn?: boolean;
  /** The product of the next period. */
  readonly nextProduct?: string;
  /** Apple's number of the offer of the next period: 1 introductory, 2 promotional, 3 code, 4 win-back, 5 retention; open. */
  readonly offerType?: number;
  readonly offer?: string;
}

/** An offer was taken. */
interface OfferTaken {
  readonly offer?: string;
}

/** A product was chosen: at once, for the next period, or the present one after all. */
interface PlanChosen {
  readonly nextProduct?: string;
}

/** A transaction; `at` is purchaseDate, the beginning of its period. */
interface Paid {
  readonly endsAt?: number;
  readonly product?: string;
  readonly offerType?: number;
  readonly offer?: string;
  /** Thousandths of the currency's unit. */
  readonly price?: number;
  readonly currency?: string;
  /** Whether Apple renewed by itself; else somebody bought. */
  readonly isRenewal?: boolean;
}

/** The subscription ended. */
interface Expired {
  /** Apple's subtype of EXPIRED; `REVOKED` for access that was taken back. */
  readonly reason?: string;
}

/** A transaction's money was given back, or taken again after all. */
interface Refunded {
  /** purchaseDate of the transaction. */
  readonly transactionAt: number;
  /** Which part, from 0 to 1. */
  readonly share?: number;
}
