import type {
  JWSRenewalInfoDecodedPayload,
  JWSTransactionDecodedPayload,
} from "@holdfast/appstore/signed-data";
import type { SubscriptionNews } from "../../subscribers/index.ts";

/** What is told beside the notification's name. */
export interface Told {
  readonly pseudonym?: string;
  readonly renewalInfo?: Partial<JWSRenewalInfoDecodedPayload>;
  readonly transaction?: Partial<JWSTransactionDecodedPayload>;
}

let told = 0;

/** Returns a notification's news, like `DID_CHANGE_RENEWAL_STATUS/AUTO_RENEW_DISABLED`, signed at a moment. */
export function notification(name: string, at: number, parts: Told = {}): SubscriptionNews {
  const [notificationType = "", subtype] = name.split("/");
  told += 1;
  const notificationUUID = `notification-${told}`;
  return {
    ...newsOf(at, parts),
    source: "notification",
    notification: { notificationUUID, notificationType, ...(subtype && { subtype }) },
  };
}

/** Returns a status's news, signed at a moment. */
export function status(
  at: number,
  parts: Told & { readonly status?: number } = {},
): SubscriptionNews {
  return { ...newsOf(at, parts), source: "status", status: parts.status ?? 1 };
}

/** Returns a notification that is about somebody else: by it it is known that notifications come. */
export function somethingElse(at: number): SubscriptionNews {
  return notification("TEST_OF_OTHERS", at, { pseudonym: "somebody-else" });
}

function newsOf(
  signedDate: number,
  { pseudonym = "ann", renewalInfo, transaction }: Told,
): Omit<SubscriptionNews, "source"> {
  return {
    pseudonym,
    sealedId: `sealed-${pseudonym}`,
    signedDate,
    ...(renewalInfo && { renewalInfo: { signedDate, ...renewalInfo } }),
    ...(transaction && { transaction: { signedDate, ...transaction } }),
  };
}
