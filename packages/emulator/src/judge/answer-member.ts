import type { Findings } from "./verdict.ts";

/** The members of a RealtimeResponseBody, of which an answer has one. */
const MEMBERS = [
  "message",
  "alternateProduct",
  "promotionalOffer",
  "advancedCommerceInfo",
] as const;

/** One member of an answer. */
type MemberName = (typeof MEMBERS)[number];

/** Some JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** The one member an answer has. */
export interface AnswerMember {
  readonly name: MemberName;
  readonly fields: Fields;
}

/** Returns the one member of the answer in `body`, or `undefined` when a rule is broken. */
export function readAnswerMember(body: Uint8Array, findings: Findings): AnswerMember | undefined {
  const answer = readObject(body, findings);
  if (answer === undefined) return undefined;
  const nulls = pathsOfNull(answer);
  if (nulls.length > 0) findings.break("MEMBER_NULL", nulls.join(", "));
  const present = MEMBERS.filter((name) => answer[name] !== undefined && answer[name] !== null);
  for (const name of Object.keys(answer)) {
    if (!MEMBERS.some((known) => known === name)) findings.warn("MEMBER_UNKNOWN", name);
  }
  const [name] = present;
  if (name === undefined || present.length > 1) {
    findings.break("MEMBERS_NOT_ONE", present.length === 0 ? "none" : present.join(", "));
    return undefined;
  }
  const fields = answer[name];
  if (!isFields(fields)) {
    findings.break("MEMBER_NOT_OBJECT", `${name} of another type`);
    return undefined;
  }
  return nulls.length > 0 ? undefined : { name, fields };
}

/** Notes the members of `fields` that are not among `known`. */
export function warnOfUnknown(fields: Fields, known: readonly string[], findings: Findings): void {
  for (const name of Object.keys(fields)) {
    if (!known.includes(name)) findings.warn("MEMBER_UNKNOWN", name);
  }
}

/** Tells whether `value` is an object with members. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readObject(body: Uint8Array, findings: Findings): Fields | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    findings.break("BODY_NOT_UTF8");
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isFields(value)) return value;
    findings.break("BODY_NOT_JSON_OBJECT", Array.isArray(value) ? "an array" : typeof value);
  } catch {
    findings.break("BODY_NOT_JSON_OBJECT", text === "" ? "nothing" : "no JSON");
  }
  return undefined;
}

function pathsOfNull(fields: Fields, prefix = ""): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (value === null) return [`${prefix}${name}`];
    return isFields(value) ? pathsOfNull(value, `${prefix}${name}.`) : [];
  });
}
