import { findAttribute, HISTORY_ATTRIBUTE, HISTORY_MEASURES } from "../evaluate/attributes.ts";
import type { AttributeType, HistoryMeasure } from "../evaluate/attributes.ts";
import { parseLocale } from "../evaluate/locale.ts";
import { parseInstant } from "../document/instant.ts";
import type { FlowCondition } from "../document/condition-schema.ts";
import type {
  SnapshotCondition,
  SnapshotHistory,
  SnapshotTest,
  TestOperator,
} from "../snapshot/snapshot.ts";

type Operand = SnapshotTest["value"];
type Declared = ReadonlyMap<string, AttributeType>;

/** What one attribute's tests have in common. */
interface Tested {
  readonly attribute: string;
  readonly type: AttributeType;
  readonly history?: SnapshotHistory;
  readonly ifUnknown?: boolean;
}

/**
 * Compiles a condition: short forms become `equals`, dates milliseconds, locales canonical, members
 * are sorted, so that the order of keys in the document makes no difference.
 *
 * The condition must have passed `validateFlow`.
 */
export function compileCondition(condition: FlowCondition, declared: Declared): SnapshotCondition {
  const parts = Object.keys(condition)
    .sort()
    .flatMap((key) => compileMember(key, condition, declared));
  return allOf(parts);
}

function allOf(parts: readonly SnapshotCondition[]): SnapshotCondition {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { all: parts };
}

function compileMember(
  key: string,
  condition: FlowCondition,
  declared: Declared,
): readonly SnapshotCondition[] {
  const { all, any, not, rollout } = condition;
  const each = (list: readonly FlowCondition[] = []) =>
    list.map((part) => compileCondition(part, declared));
  if (key === "all") return each(all);
  if (key === "any") return any === undefined ? [] : [{ any: each(any) }];
  if (key === "not") return not === undefined ? [] : [{ not: compileCondition(not, declared) }];
  if (key === "rollout") return rollout === undefined ? [] : [{ rollout }];
  const test = condition[key];
  if (test === undefined) return [];
  if (key === HISTORY_ATTRIBUTE) return compileHistory(test as Readonly<Record<string, unknown>>);
  const type = findAttribute(key, declared)?.type ?? "string";
  return key === "locale" ? compileLocale(test) : compileTest({ attribute: key, type }, test);
}

/** The schema admits objects of operators and scalars; everything else is a short form. */
function operatorsOf(test: unknown): Readonly<Record<string, unknown>> {
  return typeof test === "object" && test !== null && !Array.isArray(test)
    ? (test as Readonly<Record<string, unknown>>)
    : { equals: test };
}

function compileTest(tested: Tested, test: unknown): readonly SnapshotCondition[] {
  const { attribute, type, history } = tested;
  const { ifUnknown = tested.ifUnknown, ...operators } = operatorsOf(test);
  const common = {
    attribute,
    ...(history === undefined ? {} : { history }),
    ...(typeof ifUnknown === "boolean" ? { ifUnknown } : {}),
  };
  return Object.keys(operators)
    .sort()
    .filter((name) => operators[name] !== undefined)
    .map((name) => {
      // The schema admits no other operators here.
      const operator = name as TestOperator;
      return Object.assign({ operator, value: operandOf(operators[name], type) }, common);
    });
}

function operandOf(written: unknown, type: AttributeType): Operand {
  if (type === "date" && typeof written === "string") return parseInstant(written) ?? Number.NaN;
  // The schema admits strings, numbers, booleans and lists of the first two.
  return written as Operand;
}

/** `locale` compares whole locales canonically, and language and region as attributes. */
function compileLocale(test: unknown): readonly SnapshotCondition[] {
  const { language, region, ...whole } = operatorsOf(test);
  const canonical = Object.fromEntries(
    Object.entries(whole).map(([operator, written]) => [operator, canonicalLocales(written)]),
  );
  return [
    ...compileTest({ attribute: "locale", type: "string" }, canonical),
    ...compileSubtag("locale.language", language, (tag) => parseLocale(tag)?.language ?? tag),
    ...compileSubtag("locale.region", region, (tag) => tag.toUpperCase()),
  ];
}

function canonicalLocales(written: unknown): unknown {
  return Array.isArray(written) ? written.map(canonicalTag) : canonicalTag(written);
}

function canonicalTag(written: unknown): unknown {
  return typeof written === "string" ? (parseLocale(written)?.tag ?? written) : written;
}

function compileSubtag(
  attribute: string,
  written: unknown,
  canonical: (tag: string) => string,
): readonly SnapshotCondition[] {
  if (typeof written === "string") {
    return [{ attribute, operator: "equals", value: canonical(written) }];
  }
  if (!Array.isArray(written)) return [];
  const tags: readonly unknown[] = written;
  return [{ attribute, operator: "in", value: tags.map((tag) => canonical(String(tag))) }];
}

const MEASURES: readonly HistoryMeasure[] = ["count", "daysSinceLast", "lastAt"];

function compileHistory(test: Readonly<Record<string, unknown>>): readonly SnapshotCondition[] {
  const { rule, offer, ifUnknown } = test;
  const of = rule === undefined ? "offer" : "rule";
  const name = String(rule ?? offer);
  return MEASURES.filter((measure) => test[measure] !== undefined).flatMap((measure) => {
    const tested: Tested = {
      attribute: HISTORY_ATTRIBUTE,
      type: HISTORY_MEASURES[measure],
      history: { of, name, measure },
      ...(typeof ifUnknown === "boolean" ? { ifUnknown } : {}),
    };
    return compileTest(tested, test[measure]);
  });
}
