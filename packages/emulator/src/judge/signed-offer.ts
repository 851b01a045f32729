/** What a promotional offer's signature, of either version, says. */
export interface SignedOffer {
  readonly productId: string;
  readonly offerIdentifier: string;
  readonly nonce: string;
}
