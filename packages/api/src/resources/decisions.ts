import * as z from "zod";
import { defineRoute } from "../contract/define-route.ts";
import { appId, environment } from "../fields/identifiers.ts";
import { decimal, flag, moment, whole } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { choice, patterned, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import {
  counted,
  decisionDetailSchema,
  decisionSchema,
  decisionSource,
  lookupEnding,
  pseudonym,
  requestIdentifier,
  ruleName,
} from "./decision-fields.ts";
import { snapshotHash } from "./flow-fields.ts";
import { traceSchema } from "./simulation-fields.ts";

const TAG = "Decisions";

const place = { app: appId, environment };
const PLACE = "/v1/apps/{app}/environments/{environment}" as const;

/** The most decisions of one batch. */
const MAX_DECISION_BATCH = 1000;

/** The most bytes of one batch: a record has about one KB, with much state four. */
const MAX_DECISION_BATCH_BYTES = 8 * 1024 * 1024;

/** Who sends decisions that no disk keeps. */
const sender = strict(
  {
    isolate: patterned("What it calls itself: a UUID of its own.", {
      pattern: /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/,
      expected: "a UUID",
      max: 36,
      example: "0b9f6f0e-1c8e-4a53-9d0b-6a2f4f5f7c11",
    }),
    host: text("What kind of host it is.", { max: 64, example: "cloudflare-workers" }),
    made: list(
      "For places of this batch, how many decisions it has made so far, those of this batch included.",
      strict(
        { app: appId, environment, count: counted("How many.", 41) },
        { id: "DecisionsMade", about: "How many decisions a host has made for a place." },
      ),
      { max: MAX_DECISION_BATCH },
    ),
  },
  {
    id: "DecisionSender",
    about:
      "A host that may lose decisions on the way, like a Worker: what it made and never sent is found by it. Absent from hosts that keep them on a disk.",
  },
);

/** Takes decisions in. */
export const ingestDecisions = defineRoute({
  operationId: "ingestDecisions",
  method: "POST",
  path: "/v1/decisions",
  tag: TAG,
  summary: "Ship decisions",
  description:
    "A runtime ships the decision records it kept, of any of its apps, in one transaction: each is stored, counted and passed on once, however often it comes, for repeats are dropped by requestIdentifier. So a batch whose answer did not arrive, or was UNAVAILABLE, is sent again as it is. What cannot be taken is named in `refused` and will not be taken later either: it never holds up the rest. TOO_OLD is what was requested before the days that decisions are kept, for whether it was counted is not known any more.",
  access: "runtime",
  body: strict(
    {
      decisions: list(
        "Decision records, holdfast.decision/1, as the runtime wrote them.",
        z
          .unknown()
          .refine((record) => !Array.isArray(record), { error: "expected an object" })
          .meta({
            description: "A decision record; what is none is refused by itself.",
            examples: [{ format: "holdfast.decision/1" }],
          }),
        { max: MAX_DECISION_BATCH, min: 1 },
      ),
      sender: sender.optional(),
    },
    { id: "DecisionBatch", about: "Decisions to take in." },
  ),
  maxBodyBytes: MAX_DECISION_BATCH_BYTES,
  success: {
    status: 200,
    about: "What became of them. All of it is stored.",
    body: open(
      {
        new: counted("How many are new.", 498),
        repeated: counted(
          "How many were here already, twice in the batch, or made before their subscription was erased.",
          2,
        ),
        refused: list(
          "What was not taken, and never will be.",
          open(
            {
              index: whole("Its place in the batch, from 0.", {
                min: 0,
                max: MAX_DECISION_BATCH,
                example: 17,
              }),
              requestIdentifier: requestIdentifier.optional(),
              code: choice(
                "Why: not a decision record; of a format this release does not read; of no app, or of one the token is not for; requested before the days that decisions are kept; requested more than a day from now.",
                ["MALFORMED", "FORMAT_UNKNOWN", "APP_UNKNOWN", "TOO_OLD", "IN_FUTURE"],
              ),
            },
            { id: "RefusedDecision", about: "A decision that was not taken." },
          ),
          { max: MAX_DECISION_BATCH },
        ),
      },
      { id: "IngestedDecisions", about: "What became of a batch." },
    ),
  },
});

/** Lists decisions. */
export const listDecisions = defineRoute({
  operationId: "listDecisions",
  method: "GET",
  path: `${PLACE}/decisions`,
  tag: TAG,
  summary: "List decisions",
  description:
    "Lists decisions, the newest request first, as long as they are kept (90 days unless the server is configured otherwise). One of the filters `rule`, `source` and `pseudonym` at most. Filtered by source, a page may hold fewer than asked for, even none, and still have a nextCursor: go on until there is none.",
  access: "viewer",
  params: place,
  query: {
    ...pageQuery,
    rule: ruleName.optional(),
    source: decisionSource.optional(),
    pseudonym: pseudonym.optional(),
    since: moment("Only what was requested then or later.").optional(),
  },
  isPaged: true,
  success: {
    status: 200,
    about: "A page of decisions.",
    body: page("DecisionPage", "A page of decisions.", decisionSchema),
  },
});

/** Finds a customer's decisions. */
export const findDecisions = defineRoute({
  operationId: "findDecisions",
  method: "POST",
  path: `${PLACE}/decisions/find`,
  tag: TAG,
  summary: "Find what a customer saw",
  description:
    "Finds the decisions of the subscription a transaction belongs to, the newest first. The id is in the body, never in a URL, and is hashed before it is looked for. originalTransactionId always finds what there is; any other transactionId does where Apple has told of that transaction.",
  access: "viewer",
  params: place,
  body: strict(
    {
      transactionId: text(
        "The subscription's originalTransactionId, or the id of another of its transactions.",
        { max: 64, example: "2000000123456789" },
      ),
      limit: whole("The most decisions.", { min: 1, max: 200, example: 50 }).default(50),
    },
    { id: "DecisionSearch", about: "Whose decisions to find." },
  ),
  success: {
    status: 200,
    about: "The decisions.",
    body: open(
      {
        pseudonym,
        items: list("The decisions, the newest first.", decisionSchema, { max: 200 }),
      },
      { id: "FoundDecisions", about: "The decisions of one subscription." },
    ),
  },
});

const decisionParams = { ...place, request: requestIdentifier };

/** Reads a decision. */
export const readDecision = defineRoute({
  operationId: "readDecision",
  method: "GET",
  path: `${PLACE}/decisions/{request}`,
  tag: TAG,
  summary: "Read a decision",
  description: "Reads one decision with what was known of the subscriber when it was made.",
  access: "viewer",
  params: decisionParams,
  success: { status: 200, about: "The decision.", body: decisionDetailSchema },
});

/** Explains a decision. */
export const explainDecision = defineRoute({
  operationId: "explainDecision",
  method: "POST",
  path: `${PLACE}/decisions/{request}/explanation`,
  tag: TAG,
  summary: "Explain a decision",
  description:
    "Evaluates the request of a decision again, with the snapshot and the subscriber state of then, and tells rule by rule how it came about. The subscription's id, on which buckets depend, is opened for that in memory and not shown; the audit log says by whom. CONFLICT where that cannot be done any more: the snapshot is gone, or the id was sealed under another runtime secret.",
  access: "viewer",
  params: decisionParams,
  errors: ["CONFLICT"],
  success: {
    status: 200,
    about: "How it came about.",
    body: open(
      {
        decision: decisionDetailSchema,
        agrees: flag(
          "Whether evaluating again decides as it was decided: the same source, rule, arm and buckets.",
        ),
        trace: traceSchema,
      },
      { id: "DecisionExplanation", about: "A decision, and how it came about." },
    ),
  },
});

/** What decisions can be counted by. */
export const DECISIONS_COUNTED_BY = [
  "day",
  "rule",
  "arm",
  "message",
  "source",
  "kind",
  "offer",
  "deviation",
  "snapshot",
] as const;

const one = DECISIONS_COUNTED_BY.join("|");

const countedBy = patterned(
  `What to count by: ${DECISIONS_COUNTED_BY.join(", ")}; several with commas count every combination.`,
  {
    pattern: new RegExp(`^(${one})(,(${one})){0,3}$`),
    expected: `one to four of ${DECISIONS_COUNTED_BY.join(", ")}, with commas between them`,
    max: 64,
    example: "day,rule",
  },
);

const period = {
  since: moment("From the day of this moment on, in UTC; default 30 days ago.").optional(),
  until: moment("To the day of this moment, it included; default today.").optional(),
};

/** {@link period}, the last week by default. */
const week = {
  since: moment("From the day of this moment on, in UTC; default 7 days ago.").optional(),
  until: period.until,
};

const countedHost = choice(
  "The kind of host: a server or container, a Worker, or one this release does not know.",
  ["node", "cloudflare-workers", "other"],
);

const lookupCount = open(
  { ending: lookupEnding, count: counted("How many requests.", 4021) },
  { id: "LookupCount", about: "How often a lookup ended so." },
);

/** Counts decisions. */
export const countDecisions = defineRoute({
  operationId: "countDecisions",
  method: "GET",
  path: `${PLACE}/decision-counts`,
  tag: TAG,
  summary: "Count decisions",
  description:
    "Counts the decisions of whole UTC days, by what is asked for. Counts are kept when the decisions themselves are not, also when a subscriber is erased. At most 1,000 groups, those with most decisions; `isCut` says that there are more.",
  access: "viewer",
  params: place,
  query: {
    ...period,
    by: countedBy.default("rule"),
  },
  success: {
    status: 200,
    about: "The counts.",
    body: open(
      {
        total: counted("All decisions of the days.", 20_000),
        isCut: flag("Whether there are more groups than these.", false),
        groups: list(
          "The groups; of days in their order, otherwise those with most decisions first.",
          open(
            {
              day: moment("When the day begins in UTC.").optional(),
              rule: ruleName.optional(),
              experiment: text("The experiment's key.", {
                max: 256,
                example: "monthly_switch_2026q4",
              }).optional(),
              arm: text("The arm.", { max: 256, example: "control" }).optional(),
              message: text("The message that was delivered.", {
                max: 256,
                example: "keep_classes",
              }).optional(),
              source: decisionSource.optional(),
              kind: text("The kind of what was delivered.", {
                max: 256,
                example: "promotionalOffer",
              }).optional(),
              offer: text("The offer that was delivered, or the product of a switch.", {
                max: 600,
                example: "yoga.monthly/Y3",
              }).optional(),
              deviation: text("Why it was not what the flow said.", {
                max: 256,
                example: "signingFailed",
              }).optional(),
              snapshot: snapshotHash.optional(),
              count: counted("How many decisions.", 1234),
            },
            {
              id: "DecisionGroup",
              about: "How many decisions there were of one kind; what is absent they do not have.",
            },
          ),
          { max: 1000 },
        ),
      },
      { id: "DecisionCounts", about: "How many decisions there were of which." },
    ),
  },
});

/** Reads known shares. */
export const readKnownShares = defineRoute({
  operationId: "readKnownShares",
  method: "GET",
  path: `${PLACE}/known-shares`,
  tag: TAG,
  summary: "Read what was known of subscribers",
  description:
    "For how many requests subscriber state was known in time, and each attribute. Among the requests of the days that needed a lookup: those for whose product a rule asks for subscriber state.",
  access: "viewer",
  params: place,
  query: week,
  success: {
    status: 200,
    about: "What was known.",
    body: open(
      {
        requests: counted("All requests of the days.", 20_000),
        needed: counted("Those that needed a lookup: the whole of all shares.", 18_000),
        inTime: counted("Those whose lookup ended in time, found or notFound.", 17_990),
        lookups: list("How lookups ended.", lookupCount, { max: 100 }),
        hosts: list(
          "The same for each kind of host, counted since the server knows of hosts.",
          open(
            {
              host: countedHost,
              requests: counted("All its requests of the days.", 12_000),
              needed: counted("Those that needed a lookup.", 11_000),
              inTime: counted("Those whose lookup ended in time, found or notFound.", 10_950),
              lookups: list("How lookups ended.", lookupCount, { max: 100 }),
            },
            { id: "HostShares", about: "What hosts of one kind knew of subscribers in time." },
          ),
          { max: 10 },
        ),
        attributes: list(
          "The attributes of subscriber state: those of the language, and those ever sent.",
          open(
            {
              attribute: text("Its full name.", { max: 256, example: "storefront" }),
              known: counted("Requests for which it had a value.", 540),
              absent: counted("Requests for which it was known not to exist.", 0),
              unknown: counted("Requests for which it was unknown.", 17_460),
              share: decimal("Known or absent, of those that needed a lookup; 0 where none did.", {
                min: 0,
                max: 1,
                example: 0.03,
              }),
            },
            { id: "KnownShare", about: "For how many requests an attribute was known." },
          ),
          { max: 2000 },
        ),
      },
      { id: "KnownShares", about: "What was known of subscribers." },
    ),
  },
});

/** Reads decision losses. */
export const readDecisionLosses = defineRoute({
  operationId: "readDecisionLosses",
  method: "GET",
  path: `${PLACE}/decision-losses`,
  tag: TAG,
  summary: "Read how many decisions were lost",
  description:
    "How many decisions hosts that keep none on a disk, Workers, made and how many of them came here, by the UTC day on which each isolate was first heard of. An isolate counts once it was silent for five minutes; what comes of it later is no longer lost then. What an isolate made after it last sent anything, nobody knows of: it is in neither figure. Hosts with a disk lose nothing on the way and are not here.",
  access: "viewer",
  params: place,
  query: week,
  success: {
    status: 200,
    about: "What was lost.",
    body: open(
      {
        made: counted("Decisions that were made, as far as isolates told.", 20_000),
        received: counted("Those of them that came.", 19_998),
        lost: counted("Those that did not.", 2),
        days: list(
          "By day and kind of host.",
          open(
            {
              day: moment("When the day begins in UTC."),
              host: countedHost,
              made: counted("Decisions that were made.", 20_000),
              received: counted("Those of them that came.", 19_998),
              lost: counted("Those that did not.", 2),
            },
            { id: "LossesOfDay", about: "What was lost of one day." },
          ),
          { max: 2000 },
        ),
      },
      { id: "DecisionLosses", about: "How many decisions were lost." },
    ),
  },
});
