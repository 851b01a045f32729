import { type SigningChain, signPayload } from "../ca/index.ts";
import { currentTransaction, type Subscription } from "../world/subscriptions/index.ts";
import type { EnvironmentWorld } from "../world/index.ts";
import { renewalInfoOf } from "./renewal-info.ts";
import { transactionInfoOf } from "./transaction-info.ts";

/** What notifications and statuses say of a subscription. */
export interface SignedSubscription {
  /** A compact JWS of the latest transaction. */
  readonly signedTransactionInfo: string;
  /** A compact JWS. */
  readonly signedRenewalInfo: string;
}

/** Returns what Apple signs of a subscription at `signedDate` (milliseconds since 1970). */
export async function signSubscription(
  world: EnvironmentWorld,
  subscription: Subscription,
  { chain, signedDate }: { readonly chain: SigningChain; readonly signedDate: number },
): Promise<SignedSubscription> {
  const transaction = currentTransaction(subscription);
  const transactionInfo = transactionInfoOf(world, { subscription, transaction }, signedDate);
  const renewalInfo = renewalInfoOf(world, subscription, signedDate);
  return {
    signedTransactionInfo: await signPayload(transactionInfo, chain),
    signedRenewalInfo: await signPayload(renewalInfo, chain),
  };
}
