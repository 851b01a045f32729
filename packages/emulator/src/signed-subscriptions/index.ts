export { signSubscription } from "./sign-subscription.ts";
export { transactionInfoOf } from "./transaction-info.ts";
