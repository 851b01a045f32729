import { defineRoute } from "../contract/define-route.ts";
import { decimal, flag, moment, whole } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { openChoice, patterned, text } from "../fields/text-fields.ts";
import { CONTENT_PATH, contentParams } from "./content-fields.ts";

const TAG = "Outcomes";

const MINUTE_MS = 60_000;

const DAY_MS = 24 * 60 * MINUTE_MS;

/** The longest stretch that is read at once, in days. */
const MAX_DAYS = 400;

/** The most units, arms and messages an answer lists. */
const MAX_LISTED = 10_000;

const count = (about: string, example: number) =>
  whole(about, { min: 0, max: Number.MAX_SAFE_INTEGER, example });

const day = (about: string, example: string) =>
  patterned(about, {
    pattern: /^\d{4}-\d{2}-\d{2}$/,
    expected: "a day like 2026-12-01",
    max: 10,
    example,
  });

const unitName = patterned(
  "What is counted: `experiment:KEY`, `rule:NAME` for a rule without an experiment, `holdout:KEY`, or `fallback`.",
  {
    pattern: /^(?:fallback|(?:experiment|rule|holdout):[^\p{Cc}\p{Cs}]+)$/u,
    expected: "experiment:KEY, rule:NAME, holdout:KEY or fallback",
    max: 512,
    example: "experiment:monthly_switch",
  },
);

const arm = text("The arm; of a holdout `holdout` or `flow`. Absent without arms.", {
  max: 256,
  example: "switch",
});

const share = (about: string, example: number) => decimal(about, { min: -1, max: 1, example });

const interval = {
  low: share("The lower end of the 95 % interval.", 0.78),
  high: share("The upper end of the 95 % interval.", 0.86),
};

const outcomesSchema = open(
  {
    kept: count("Kept the subscription, and took nothing.", 700),
    cancelled: count("Turned renewal off, and had it off at the window's end.", 180),
    redeemed: count("Redeemed a promotional offer.", 60),
    switched: count("Switched to another product of the group.", 30),
    retentionOffer: count("Took a retention offer of App Store Connect's.", 4),
    unknown: count("Nothing tells what they did. Not part of the keep rate.", 26),
    open: count("The window is not over yet, or it is waited for news.", 100),
  },
  { id: "OutcomeCounts", about: "Subscriptions by what they did within the window." },
);

const renewalsSchema = open(
  {
    renewed: count("Paid for a time after the period they were asked in.", 500),
    lapsed: count("Expired when it ended.", 210),
    unknown: count("Nothing was heard in all the time that Apple tries to bill.", 3),
    open: count("The period has not ended, or Apple still tries to bill.", 387),
  },
  {
    id: "RenewalCounts",
    about: "The same subscriptions by what became of them when the period ended.",
  },
);

const revenue = list(
  "What renewals paid, less what was refunded, by currency.",
  open(
    {
      currency: text("The currency's code of ISO 4217.", { max: 8, example: "EUR" }),
      milliunits: whole("The sum, in thousandths of the currency's unit.", {
        min: 0,
        max: Number.MAX_SAFE_INTEGER,
        example: 4_995_000,
      }),
      renewals: count("How many renewals with a known price it is the sum of.", 500),
    },
    { about: "A sum." },
  ),
  { max: 400 },
);

const counted = {
  subscriptions: count("Subscriptions with a first exposure in these days.", 1100),
  known: count("Those of them whose outcome is known.", 974),
  outcomes: outcomesSchema,
  keepRate: open(
    { value: share("The share.", 0.815), ...interval },
    {
      about:
        "The share of those with a known outcome who did not cancel, with Wilson's interval. Absent while none is known. Not Apple's save rate.",
    },
  ).optional(),
  renewals: renewalsSchema,
  revenue,
};

const messageSchema = open(
  {
    rule: text("The rule; absent where none held.", { max: 256, example: "monthly" }).optional(),
    message: text("The message that was delivered; absent where there was none.", {
      max: 256,
      example: "go_annual",
    }).optional(),
    delivered: openChoice("What was delivered; `none` where nothing approved was left to send.", [
      "message",
      "alternateProduct",
      "promotionalOffer",
      "advancedCommerceInfo",
      "deferToApple",
      "none",
    ]),
    ...counted,
  },
  { id: "MessageOutcomes", about: "What came of one message." },
);

const armSchema = open(
  {
    arm: arm.optional(),
    ...counted,
    messages: list("The same by what was delivered.", messageSchema, { max: MAX_LISTED }),
  },
  { id: "ArmOutcomes", about: "What came of an arm, or of a unit without arms." },
);

const unitSchema = open(
  {
    unit: unitName,
    arms: list("Its arms; one without a name where it has none.", armSchema, { max: MAX_LISTED }),
    comparisons: list(
      "Every other arm's keep rate less that of one: of the arm called control or holdout, else of the first by name.",
      open(
        {
          arm,
          against: arm,
          difference: share("The difference of the keep rates.", 0.04),
          ...interval,
        },
        { about: "A difference, with Newcombe's interval." },
      ),
      { max: MAX_LISTED },
    ),
  },
  { id: "UnitOutcomes", about: "What came of an experiment, a rule, a holdout or the fallback." },
);

const windowMs = whole(
  "How long after the first exposure is looked for what the subscriber did, ms: a minute to 30 days. Less than a day is for the sandbox, whose months last minutes.",
  { min: MINUTE_MS, max: 30 * DAY_MS, example: DAY_MS },
);

/** Reads outcomes. */
export const readOutcomes = defineRoute({
  operationId: "readOutcomes",
  method: "GET",
  path: `${CONTENT_PATH}/outcomes`,
  tag: TAG,
  summary: "Read outcomes",
  description: `Reads what subscribers did after what they were answered, per experiment, rule, holdout and fallback. A subscription counts once in each, in the day (UTC), arm and message of its first request. The keep rate is the share that did not turn renewal off within the window; Apple's save rate is something else. At most ${MAX_DAYS} days at once.`,
  access: "viewer",
  params: contentParams,
  query: {
    from: day(
      "The first day of first requests, in UTC; default 30 days ago.",
      "2026-12-01",
    ).optional(),
    to: day("The last day; default today.", "2026-12-31").optional(),
    unit: unitName.meta({ description: "Only this one; default: all." }).optional(),
  },
  success: {
    status: 200,
    about: "The outcomes.",
    body: open(
      {
        from: day("The first day.", "2026-12-01"),
        to: day("The last day.", "2026-12-31"),
        windowMs,
        isRecounting: flag(
          "Whether the window was changed and some are still counted by the one before.",
          false,
        ),
        units: list("Units with subscriptions in these days, by name.", unitSchema, {
          max: MAX_LISTED,
        }),
        readAt: moment("When it was read."),
      },
      { id: "Outcomes", about: "What subscribers did." },
    ),
  },
});

const settingsSchema = open(
  {
    windowMs,
    isRecounting: flag("Whether some are still counted by the window before.", false),
    isDefault: flag("Whether nobody has chosen."),
  },
  { id: "OutcomeSettings", about: "How outcomes are counted." },
);

/** Reads how outcomes are counted. */
export const readOutcomeSettings = defineRoute({
  operationId: "readOutcomeSettings",
  method: "GET",
  path: `${CONTENT_PATH}/outcome-settings`,
  tag: TAG,
  summary: "Read how outcomes are counted",
  description: "Reads the window of an environment, with the ETag that changing it needs.",
  access: "viewer",
  params: contentParams,
  etag: "returned",
  success: { status: 200, about: "How they are counted.", body: settingsSchema },
});

/** Changes how outcomes are counted. */
export const configureOutcomes = defineRoute({
  operationId: "configureOutcomes",
  method: "PUT",
  path: `${CONTENT_PATH}/outcome-settings`,
  tag: TAG,
  summary: "Change how outcomes are counted",
  description:
    "Changes the window. Everything that was exposed in the last 90 days is counted anew by it within minutes; what is older stays as it was counted.",
  access: "publisher",
  params: contentParams,
  body: strict({ windowMs }, { id: "OutcomeSettingsChange", about: "How to count from now on." }),
  etag: "required",
  success: { status: 200, about: "How they are counted now.", body: settingsSchema },
});
