/** The types an attribute can have. `date` values are milliseconds since 1970. */
export type AttributeType = "string" | "number" | "boolean" | "date" | "strings";

/**
 * Where an attribute comes from.
 *
 * - `request`: the request itself, always known
 * - `catalog`: compiled into the snapshot, unknown for a product the catalog does not have
 * - `history`: earlier decisions, known once a lookup succeeded
 * - `stored`: subscriber state, known when it was found
 */
export type AttributeSource = "request" | "catalog" | "history" | "stored";

/** What is fixed about one attribute. */
export interface AttributeDefinition {
  readonly type: AttributeType;
  readonly source: AttributeSource;
  /** One sentence for people who write rules. */
  readonly description: string;
  /** The values there are, where the list is closed. */
  readonly values?: readonly string[];
}

/** The attributes of a rule's or an offer's history; a condition names which rule or offer. */
export const HISTORY_ATTRIBUTE = "subscription.previousDecisions";

/** What can be asked of one rule's or offer's history. */
export type HistoryMeasure = "count" | "lastAt" | "daysSinceLast";

/** UTC weekdays as `requestedAt.weekday` spells them, Sunday first as in `Date.getUTCDay`. */
export const WEEKDAYS: readonly string[] = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
];

function define(
  source: AttributeSource,
  type: AttributeType,
  description: string,
  values?: readonly string[],
): AttributeDefinition {
  return { source, type, description, ...(values === undefined ? {} : { values }) };
}

const ENTRIES: readonly (readonly [string, AttributeDefinition])[] = [
  ["productId", define("request", "string", "The product the subscriber has now.")],
  ["locale", define("request", "string", "The device's locale, like en-US.")],
  ["locale.language", define("request", "string", "The locale's language, like en.")],
  ["locale.region", define("request", "string", "The locale's region, like US; may be absent.")],
  ["environment", define("request", "string", "sandbox or production.", ["sandbox", "production"])],
  ["appAppleId", define("request", "number", "The app's id in the App Store.")],
  ["requestedAt", define("request", "date", "When Apple signed the request.")],
  ["requestedAt.day", define("request", "number", "Day of the month in UTC, 1 to 31.")],
  ["requestedAt.hour", define("request", "number", "Hour of the day in UTC, 0 to 23.")],
  ["requestedAt.weekday", define("request", "string", "Day of the week in UTC.", WEEKDAYS)],
  ["subscriptionGroup", define("catalog", "string", "The current product's subscription group.")],
  ["productPeriod", define("catalog", "string", "The current product's period, like P1M.")],
  [
    "productLevel",
    define("catalog", "number", "The current product's level in its group; 1 is the highest."),
  ],
  ["storefront", define("stored", "string", "The App Store's country, ISO 3166-1 alpha-3.")],
  ["currency", define("stored", "string", "The currency of the price, ISO 4217.")],
  ["price", define("stored", "number", "The last price paid, in units of the currency.")],
  ["renewalPrice", define("stored", "number", "The next price, in units of the currency.")],
  [
    "subscription.tenureDays",
    define("stored", "number", "Whole days since the subscription started."),
  ],
  ["subscription.paidPeriods", define("stored", "number", "Periods paid for so far.")],
  ["subscription.inTrial", define("stored", "boolean", "Whether a free trial is running.")],
  [
    "subscription.inIntroOffer",
    define("stored", "boolean", "Whether an introductory offer is running."),
  ],
  [
    "subscription.inGracePeriod",
    define("stored", "boolean", "Whether the billing grace period is running."),
  ],
  [
    "subscription.inBillingRetry",
    define("stored", "boolean", "Whether Apple is retrying a failed charge."),
  ],
  ["subscription.autoRenew", define("stored", "boolean", "Whether renewal is turned on.")],
  [
    "subscription.offerType",
    define("stored", "number", "Apple's number for the running offer's type; absent without one."),
  ],
  [
    "subscription.redeemedOffers",
    define("stored", "strings", "Identifiers of the offers redeemed so far."),
  ],
  ["subscription.ownership", define("stored", "string", "PURCHASED or FAMILY_SHARED.")],
  ["subscription.billingPlanType", define("stored", "string", "BILLED_UPFRONT or MONTHLY.")],
];

/** Every attribute the language knows by itself, by name. */
export const BUILT_IN_ATTRIBUTES: ReadonlyMap<string, AttributeDefinition> = new Map(ENTRIES);

/** What a team's own attributes are called in conditions: `attributes.<name>`. */
export const CUSTOM_ATTRIBUTE_PREFIX = "attributes.";

/** The history attributes' types; each is `subscription.previousDecisions.<measure>` in a trace. */
export const HISTORY_MEASURES: Readonly<Record<HistoryMeasure, AttributeType>> = {
  count: "number",
  lastAt: "date",
  daysSinceLast: "number",
};

/**
 * Returns what is fixed about an attribute: a built-in one, or one the flow declares.
 *
 * @param declared the flow's own attributes, name without prefix → type
 */
export function findAttribute(
  name: string,
  declared: ReadonlyMap<string, AttributeType>,
): AttributeDefinition | undefined {
  const builtIn = BUILT_IN_ATTRIBUTES.get(name);
  if (builtIn !== undefined) return builtIn;
  if (!name.startsWith(CUSTOM_ATTRIBUTE_PREFIX)) return undefined;
  const type = declared.get(name.slice(CUSTOM_ATTRIBUTE_PREFIX.length));
  return type === undefined ? undefined : define("stored", type, "Sent by the team itself.");
}
