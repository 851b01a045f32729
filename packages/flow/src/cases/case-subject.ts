import { parseInstant } from "../document/instant.ts";
import { findAttribute } from "../evaluate/attributes.ts";
import { createContext } from "../evaluate/context.ts";
import type { Stops } from "../evaluate/decision.ts";
import { isHeldOut } from "../evaluate/evaluate.ts";
import { judgeRollout } from "../evaluate/judge-condition.ts";
import { armOf, isInRange } from "../evaluate/judge-rule.ts";
import type { PreparedExperiment, PreparedSnapshot } from "../evaluate/prepared-snapshot.ts";
import { saltOf } from "../evaluate/bucketing.ts";
import type {
  AttributeValue,
  ExposureHistory,
  Subject,
  SubscriberLookup,
} from "../evaluate/subject.ts";
import { TRUE } from "../evaluate/truth.ts";
import type { FlowCase } from "./case-schema.ts";

type CaseSubject = FlowCase["subject"];

/** How many ids are tried for buckets before a case is given up. */
const MAX_TRIES = 200_000;
/** Where the search for an id starts: shaped like Apple's, and none of Apple's. */
const FIRST_ID = 9_000_000_000_000_000;
const DEFAULT_LOCALE = "en-US";

/**
 * Returns the subject of a case; its id is searched for where the case names buckets, or names no
 * id. `undefined` when no id falls into those buckets.
 */
export function caseSubject(prepared: PreparedSnapshot, written: CaseSubject): Subject | undefined {
  const base: Subject = {
    originalTransactionId: written.originalTransactionId ?? "",
    appAppleId: prepared.snapshot.appAppleId ?? 0,
    productId: written.productId,
    userLocale: written.locale ?? DEFAULT_LOCALE,
    environment: prepared.snapshot.environment,
    requestedAt: instantOf(written.at),
    subscriber: lookupOf(prepared, written),
  };
  if (written.originalTransactionId !== undefined) return base;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const subject = { ...base, originalTransactionId: String(FIRST_ID + tries) };
    if (isInBuckets(prepared, subject, written.buckets)) return subject;
  }
  return undefined;
}

/** The schema has checked that it is a date that exists. */
function instantOf(written: string): number {
  return parseInstant(written) ?? 0;
}

function isInBuckets(
  prepared: PreparedSnapshot,
  subject: Subject,
  { holdout = false, rollouts = {}, experiments = {} }: NonNullable<CaseSubject["buckets"]> = {},
): boolean {
  const context = createContext(prepared, subject);
  if (isHeldOut(context) !== holdout) return false;
  for (const [name, inside] of Object.entries(rollouts)) {
    const parts = prepared.snapshot.rollouts[name] ?? 0;
    const salt = saltOf("rollout", name);
    const isInside = judgeRollout({ kind: "rollout", name, salt, parts }, context) === TRUE;
    if (isInside !== inside) return false;
  }
  for (const [key, arm] of Object.entries(experiments)) {
    const experiment = experimentOf(prepared, key);
    if (experiment === undefined) return false;
    const isInside =
      isInRange(experiment.exclusionGroup, context) && isInRange(experiment.traffic, context);
    if ((isInside ? armOf(experiment, context).name : "outside") !== arm) return false;
  }
  return true;
}

function experimentOf(prepared: PreparedSnapshot, key: string): PreparedExperiment | undefined {
  for (const { rules } of [prepared.otherRules, ...prepared.rulesByProduct.values()]) {
    const found = rules.find(({ experiment }) => experiment?.key === key);
    if (found !== undefined) return found.experiment;
  }
  return undefined;
}

function lookupOf(prepared: PreparedSnapshot, written: CaseSubject): SubscriberLookup {
  const { attributes, history, subscriptionStartedAt } = written;
  const isGiven = [attributes, history, subscriptionStartedAt].some((part) => part !== undefined);
  const status = written.state ?? (isGiven ? "found" : "notFound");
  if (status === "notFound") return { status };
  if (status === "unavailable") return { status, reason: "noStore" };
  return {
    status,
    state: {
      attributes: storedAttributes(prepared, attributes ?? {}),
      ...(subscriptionStartedAt === undefined
        ? {}
        : { subscriptionStartedAt: instantOf(subscriptionStartedAt) }),
      previousDecisions: {
        rules: histories(history?.rules),
        offers: histories(history?.offers),
      },
    },
  };
}

/** Dates are stored as milliseconds, whatever a case writes. */
function storedAttributes(
  prepared: PreparedSnapshot,
  written: Readonly<Record<string, AttributeValue>>,
): Readonly<Record<string, AttributeValue>> {
  const declared = new Map(Object.entries(prepared.snapshot.attributes));
  return Object.fromEntries(
    Object.entries(written).map(([name, value]) => {
      const isDate = findAttribute(name, declared)?.type === "date";
      return [name, isDate && typeof value === "string" ? (parseInstant(value) ?? value) : value];
    }),
  );
}

type WrittenHistories = NonNullable<CaseSubject["history"]>["rules"];

function histories(written: WrittenHistories): Readonly<Record<string, ExposureHistory>> {
  return Object.fromEntries(
    Object.entries(written ?? {}).map(([name, { count = 1, firstAt, lastAt, redeemedAt }]) => [
      name,
      {
        count,
        firstAt: instantOf(firstAt),
        lastAt: instantOf(lastAt ?? firstAt),
        ...(redeemedAt === undefined ? {} : { redeemedAt: instantOf(redeemedAt) }),
      },
    ]),
  );
}

/** Returns the stops of a case. */
export function caseStops({ stops = {} }: FlowCase): Stops {
  return {
    sequence: 0,
    appPaused: stops.appPaused ?? false,
    offersPaused: stops.offersPaused ?? false,
    stoppedOffers: new Set(stops.stoppedOffers),
    rejectedMessages: new Set(stops.rejectedMessages),
  };
}
