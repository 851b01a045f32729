/** Where in a file something stands, and what was found wrong so far. */
export interface At {
  /** Like `apps[0].groups[1].id`. */
  readonly path: string;
  readonly issues: string[];
}

/**
 * Returns what `value` is, or notes in `at.issues` what it should have been; what it returns then is
 * worth nothing, and must not be used while there are issues.
 */
export type Parse<T> = (value: unknown, at: At) => T;

/** The parsers of an object's members. */
type Shape = Readonly<Record<string, Parse<unknown>>>;
type Members<S extends Shape> = { readonly [Name in keyof S]: ReturnType<S[Name]> };

/** The most of a value that a message repeats, in characters. */
const MAX_SHOWN = 40;

/** Notes that something else was expected, and goes on. */
function note(at: At, expected: string, value: unknown): void {
  at.issues.push(`${at.path || "the file"}: expected ${expected}, got ${describe(value)}`);
}

function refuse(at: At, expected: string, value: unknown): never {
  note(at, expected, value);
  // It does return, so that all issues are found: nobody looks at the result where there are any.
  return undefined as never;
}

/** A kind of text, and what it is in words. */
export interface TextKind {
  readonly is: (text: string) => boolean;
  readonly expected: string;
}

const NOT_EMPTY: TextKind = { is: (value) => value.trim() !== "", expected: "a text" };

/** A text of one kind; of any, but not an empty one, unless told otherwise. */
export function text({ is, expected }: TextKind = NOT_EMPTY): Parse<string> {
  return (value, at) =>
    typeof value === "string" && is(value) ? value : refuse(at, expected, value);
}

/** What a number must be between, both included. */
interface Bounds {
  readonly min: number;
  readonly max: number;
}

function boundedNumber(is: (value: number) => boolean, what: string) {
  return ({ min, max }: Bounds): Parse<number> =>
    (value, at) =>
      typeof value === "number" && is(value) && value >= min && value <= max
        ? value
        : refuse(at, `${what} from ${min} to ${max}`, value);
}

/** A number within bounds. */
export const number = boundedNumber(Number.isFinite, "a number");

/** A whole number within bounds. */
export const wholeNumber = boundedNumber(Number.isSafeInteger, "a whole number");

/** True or false. */
export const flag: Parse<boolean> = (value, at) =>
  typeof value === "boolean" ? value : refuse(at, "true or false", value);

/** One of a few texts. */
export function oneOf<const T extends string>(...choices: readonly T[]): Parse<T> {
  return (value, at) =>
    choices.find((choice) => choice === value) ?? refuse(at, choices.join(" or "), value);
}

/** A list of at least `min` things. */
export function listOf<T>(parse: Parse<T>, min = 0): Parse<readonly T[]> {
  return (value, { path, issues }) => {
    if (!Array.isArray(value) || value.length < min) {
      const expected = min === 0 ? "a list" : "a list that is not empty";
      return refuse({ path, issues }, expected, value);
    }
    return value.map((item: unknown, index) => parse(item, { path: `${path}[${index}]`, issues }));
  };
}

/** An object that has anything under names of one kind. */
export function recordOf<T>(
  parse: Parse<T>,
  { is, expected }: TextKind,
): Parse<Readonly<Record<string, T>>> {
  return (value, at) => {
    if (!isObject(value)) return refuse(at, "an object", value);
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        if (!is(name)) note(at, expected, name);
        return [name, parse(member, { ...at, path: `${at.path}.${name}` })];
      }),
    );
  };
}

/** An object that has all of `required`, perhaps some of `optional`, and nothing else. */
export function objectOf<R extends Shape, O extends Shape>(
  required: R,
  optional: O,
): Parse<Members<R> & Partial<Members<O>>> {
  const shape: Shape = { ...required, ...optional };
  return (value, at) => {
    if (!isObject(value)) return refuse(at, "an object", value);
    const inside = (name: string) => ({
      ...at,
      path: at.path === "" ? name : `${at.path}.${name}`,
    });
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(shape, name)) continue;
      at.issues.push(
        `${inside(name).path}: is not known; there are ${Object.keys(shape).join(", ")}`,
      );
    }
    const members = Object.entries(shape)
      .filter(([name]) => Object.hasOwn(value, name) || Object.hasOwn(required, name))
      .map(([name, parse]) => [name, parse(value[name], inside(name))]);
    // Each name has what its parser returned, and the required ones are all there.
    return Object.fromEntries(members) as Members<R> & Partial<Members<O>>;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (isObject(value)) return "an object";
  // JSON would make null of numbers that are none.
  const shown = typeof value === "number" ? String(value) : JSON.stringify(value);
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown;
}
