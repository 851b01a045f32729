import type { RouteBody, routes } from "@holdfast/api";
import { sayInstant } from "../instant.ts";
import { columns } from "../output.ts";
import { printable } from "../style.ts";

type Subscription = RouteBody<typeof routes.findSubscriber>["subscriptions"][number];
type Attribute = Subscription["attributes"][number];
type History = Subscription["previousDecisions"]["rules"][string];

/** How the id that was given was understood. */
const RESOLVED: Readonly<Record<Subscription["resolvedBy"], string>> = {
  originalTransaction: "the id is its original transaction",
  knownTransaction: "the id is one of its transactions",
  assumedOriginal: "nobody has told of the id: it was taken for an original transaction",
  account: "the id is its account",
};

/** Says what says so. */
const SOURCES: Readonly<Record<NonNullable<Attribute["source"]>, string>> = {
  transaction: "a transaction",
  renewalInfo: "renewal info",
  status: "a status",
  purchases: "all purchases",
  team: "the team",
};

/** Returns a subscription for people, as rules see it now. */
export function renderSubscriber(subscription: Subscription): readonly string[] {
  const { pseudonym, resolvedBy, isKnown, updatedAt, isHistoryWhole } = subscription;
  const { rules, offers } = subscription.previousDecisions;
  const told =
    updatedAt === undefined
      ? "Apple has told nothing of it yet"
      : `Apple last told of it ${sayInstant(updatedAt)}; ${isHistoryWhole ? "all" : "not all"} its purchases are known`;
  return [
    `${pseudonym}: ${RESOLVED[resolvedBy]}`,
    isKnown ? told : "Nothing is known of it: rules see an empty history, and all else as unknown",
    "",
    ...columns([
      ["Attribute", "Value", "By", "As of", "Until"],
      ...subscription.attributes.map(attributeRow),
    ]),
    ...historyLines("Rule", rules),
    ...historyLines("Offer", offers),
  ];
}

function attributeRow(attribute: Attribute): readonly string[] {
  const { name, knowledge, value, source, asOf, expiresAt, isForAccount } = attribute;
  const by = source === undefined ? "" : SOURCES[source];
  return [
    printable(name),
    knowledge === "known" ? printable(sayValue(value)) : knowledge,
    isForAccount === true ? `${by}, of the account` : by,
    asOf === undefined ? "" : sayInstant(asOf),
    expiresAt === undefined ? "" : sayInstant(expiresAt),
  ];
}

function sayValue(value: Attribute["value"]): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  return String(value);
}

function historyLines(
  what: string,
  histories: Readonly<Record<string, History>>,
): readonly string[] {
  const rows = Object.entries(histories).map(([name, { count, firstAt, lastAt, redeemedAt }]) => [
    printable(name),
    String(count),
    sayInstant(firstAt),
    sayInstant(lastAt),
    redeemedAt === undefined ? "" : sayInstant(redeemedAt),
  ]);
  if (rows.length === 0) return [];
  return ["", ...columns([[what, "Times", "Cycle began", "Last", "Redeemed"], ...rows])];
}
