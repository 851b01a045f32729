import type { JsonSchema } from "./documented-operations.ts";

/** A step to a value inside another. */
type Step = string | number;

/** A value that a schema refuses, made of one it takes. */
export interface WrongValue {
  /** What is wrong with it, in words. */
  readonly what: string;
  readonly value: unknown;
  /** Where it is wrong. */
  readonly path: readonly Step[];
}

/** What {@link wrongValues} begins with. */
export interface WrongValuesOptions {
  readonly schema: JsonSchema;
  /** A value the schema takes. */
  readonly good: unknown;
  /** Returns the schema itself where it is a reference. */
  readonly resolve: (schema: JsonSchema) => JsonSchema;
}

/** A text no answer may repeat: it stands where a secret may stand. */
export const CANARY = "canary-hunter2";

/** A value of each JSON type, by the type's name. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  null: null,
  boolean: true,
  number: 0.5,
  string: CANARY,
  array: [CANARY],
  object: { [CANARY]: CANARY },
};

/**
 * Returns values that differ from a good one in one place, which the schema refuses: each member of another
 * type, each required one left out, one too many, and each limit passed by one.
 */
export function wrongValues(options: WrongValuesOptions): readonly WrongValue[] {
  const schema = options.resolve(options.schema);
  const { good, resolve } = options;
  return [
    ...otherTypes(schema, resolve),
    ...beyondLimits(schema, good),
    ...membersOf(schema, good).flatMap(([step, member, value]) =>
      wrongValues({ schema: member, good: value, resolve }).map((wrong) => ({
        what: wrong.what,
        path: [step, ...wrong.path],
        value: withMember(good, step, wrong.value),
      })),
    ),
    ...otherMembers(schema, good),
  ];
}

function otherTypes(
  schema: JsonSchema,
  resolve: WrongValuesOptions["resolve"],
): readonly WrongValue[] {
  const taken = typesOf(schema, resolve);
  if (taken.has("anything")) return [];
  return Object.entries(SAMPLES)
    .filter(([type]) => !taken.has(type))
    .map(([type, value]) => ({ what: `of the type ${type}`, value, path: [] }));
}

/** The JSON types a schema takes, as far as it says; a whole number stands for `integer` alone. */
function typesOf(schema: JsonSchema, resolve: WrongValuesOptions["resolve"]): ReadonlySet<string> {
  const { type, anyOf, const: constant, enum: choices } = resolve(schema);
  if (Array.isArray(anyOf)) {
    const schemas = anyOf as readonly JsonSchema[];
    return new Set(schemas.flatMap((one) => Array.from(typesOf(one, resolve))));
  }
  if (typeof type === "string") return new Set([type]);
  if (constant !== undefined) return new Set([typeof constant]);
  if (Array.isArray(choices)) return new Set(choices.map((choice) => typeof choice));
  return new Set(["anything"]);
}

/** Values of the right type beyond a limit of the schema. */
function beyondLimits(schema: JsonSchema, good: unknown): readonly WrongValue[] {
  const { maxLength, minLength, minimum, maximum, maxItems, minItems, pattern } = schema;
  const { enum: choices, const: constant } = schema;
  const wrong: (readonly [string, unknown])[] = [];
  if (typeof good === "string") {
    if (typeof maxLength === "number") wrong.push(["too long", CANARY.padEnd(maxLength + 1, "x")]);
    if (typeof minLength === "number" && minLength > 0) wrong.push(["empty", ""]);
    if (typeof pattern === "string") wrong.push(["of another form", `${good[0] ?? ""}\u0000`]);
    if (choices !== undefined || constant !== undefined) wrong.push(["another choice", CANARY]);
  }
  if (typeof good === "number") {
    if (typeof minimum === "number") wrong.push(["too small", minimum - 1]);
    if (typeof maximum === "number") wrong.push(["too great", maximum + 1]);
    if (schema["type"] === "integer") wrong.push(["with a fraction", 1.5]);
  }
  if (Array.isArray(good)) {
    const [first] = good as readonly unknown[];
    if (typeof maxItems === "number" && first !== undefined) {
      wrong.push(["too many", Array.from({ length: maxItems + 1 }, () => first)]);
    }
    if (typeof minItems === "number" && minItems > 0) wrong.push(["too few", []]);
  }
  return wrong.map(([what, value]) => ({ what, value, path: [] }));
}

/** The members a good value has, with the schemas they are held to. */
function membersOf(
  { properties, items, additionalProperties }: JsonSchema,
  good: unknown,
): readonly (readonly [Step, JsonSchema, unknown])[] {
  if (Array.isArray(good)) {
    const [first] = good as readonly unknown[];
    return first === undefined || !isObject(items) ? [] : [[0, items, first]];
  }
  if (!isObject(good)) return [];
  const schemas = isObject(properties) ? properties : {};
  return Object.entries(good).flatMap(([name, value]) => {
    const schema = schemas[name] ?? additionalProperties;
    return isObject(schema) ? [[name, schema, value] as const] : [];
  });
}

/** An object with a member too few or too many. */
function otherMembers(
  { required, properties, additionalProperties }: JsonSchema,
  good: unknown,
): readonly WrongValue[] {
  if (!isObject(good)) return [];
  const missing = (Array.isArray(required) ? (required as readonly string[]) : []).map((name) => ({
    what: "missing",
    path: [name],
    value: Object.fromEntries(Object.entries(good).filter(([other]) => other !== name)),
  }));
  if (!isObject(properties) || additionalProperties !== false) return missing;
  const extra = ["misspelled", "__proto__", "constructor"].map((name) => ({
    what: "not known",
    path: [name],
    // Not by assignment, by which __proto__ becomes no member.
    value: Object.fromEntries([...Object.entries(good), [name, CANARY]]),
  }));
  return [...missing, ...extra];
}

function withMember(good: unknown, step: Step, value: unknown): unknown {
  if (Array.isArray(good)) {
    return (good as readonly unknown[]).map((one, index) => (index === step ? value : one));
  }
  return { ...(good as object), [step]: value };
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
