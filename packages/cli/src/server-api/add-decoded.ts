import { BadDataError, CodedError, PolicyError } from "@holdfast/appstore/errors";
import { RefusedSignedData } from "@holdfast/appstore/signed-data";
import type {
  AppTransaction,
  JWSRenewalInfoDecodedPayload,
  JWSTransactionDecodedPayload,
  ResponseBodyV2DecodedPayload,
} from "@holdfast/appstore/signed-data";
import type { SignedReader } from "./read-signed.ts";

/** Apple's fields that hold a compact JWS, or a list of them, and what is in each. */
interface SignedFields {
  readonly signedTransactionInfo: JWSTransactionDecodedPayload;
  readonly signedTransactions: readonly JWSTransactionDecodedPayload[];
  readonly signedRenewalInfo: JWSRenewalInfoDecodedPayload;
  readonly signedPayload: ResponseBodyV2DecodedPayload;
  readonly signedAppTransactionInfo: AppTransaction;
}

/** How each is read; the same for a list. */
const READ_BY: Readonly<Record<keyof SignedFields, keyof Omit<SignedReader, "verifies">>> = {
  signedTransactionInfo: "transaction",
  signedTransactions: "transaction",
  signedRenewalInfo: "renewalInfo",
  signedPayload: "notification",
  signedAppTransactionInfo: "appTransaction",
};

const SIBLINGS: ReadonlySet<string> = new Set(Object.keys(READ_BY).map((name) => `${name}Decoded`));

type Simple = string | number | boolean | null | undefined;

/** A document in which every signed field has a sibling with what is in it, at any depth. */
export type WithDecoded<T> = T extends Simple
  ? T
  : T extends readonly (infer Item)[]
    ? readonly WithDecoded<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: WithDecoded<T[K]> } & {
          readonly [K in keyof T & keyof SignedFields as `${K}Decoded`]?: WithDecoded<
            SignedFields[K]
          >;
        }
      : T;

/**
 * Returns a document of Apple's with a sibling `<field>Decoded` for every signed field, also inside
 * what was signed; everything else is as it was. Siblings that came with the document are left out.
 *
 * A renewal info names no app, so where it is verified it must be about the same subscription as the
 * transaction beside it.
 *
 * @throws BadDataError, PolicyError with the reader's code and the place
 */
export async function addDecoded<T>(document: T, reader: SignedReader): Promise<WithDecoded<T>> {
  // The walk keeps every member and adds exactly the siblings the type names.
  return (await walk(document, "", reader)) as WithDecoded<T>;
}

async function walk(value: unknown, place: string, reader: SignedReader): Promise<unknown> {
  if (Array.isArray(value)) {
    return oneByOne(value, place, (item, at) => walk(item, at, reader));
  }
  if (typeof value !== "object" || value === null) return value;
  const members: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    // Ours alone: one that came so could pass for what was verified.
    if (SIBLINGS.has(name)) continue;
    const at = place === "" ? name : `${place}.${name}`;
    members.push([name, await walk(member, at, reader)]);
    if (!isSigned(name)) continue;
    const decoded = await readMember(member, at, (jws) => reader[READ_BY[name]](jws));
    if (decoded === undefined) continue;
    members.push([`${name}Decoded`, await walk(decoded, `${at}Decoded`, reader)]);
  }
  const whole: Readonly<Record<string, unknown>> = Object.fromEntries(members);
  if (reader.verifies) checkPair(whole, place);
  return whole;
}

function isSigned(name: string): name is keyof SignedFields {
  return Object.hasOwn(READ_BY, name);
}

/** Returns what is in a signed field; undefined where it is neither a text nor a list. */
async function readMember(
  member: unknown,
  place: string,
  read: (jws: string) => Promise<unknown>,
): Promise<unknown> {
  if (typeof member === "string") return atPlace(place, () => read(member));
  if (!Array.isArray(member)) return undefined;
  return oneByOne(member, place, (item, at) => readMember(item, at, read));
}

async function oneByOne(
  items: readonly unknown[],
  place: string,
  act: (item: unknown, place: string) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const done: unknown[] = [];
  for (const [index, item] of items.entries()) done.push(await act(item, `${place}[${index}]`));
  return done;
}

async function atPlace<T>(place: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const fix = error.code === "ROOT_UNTRUSTED" ? "; --trusted-root names another one" : "";
    const message = `${place}: ${error.message}${fix}`;
    if (error instanceof BadDataError) {
      throw new BadDataError(error.code, message, { cause: error });
    }
    throw new PolicyError(error.code, message, { cause: error });
  }
}

function checkPair(members: Readonly<Record<string, unknown>>, place: string): void {
  const transaction = subscriptionOf(members["signedTransactionInfoDecoded"]);
  const renewalInfo = subscriptionOf(members["signedRenewalInfoDecoded"]);
  if (transaction === undefined || renewalInfo === undefined || transaction === renewalInfo) return;
  throw new RefusedSignedData(
    "APP_MISMATCH",
    `${place}: expected signedRenewalInfo to be about the subscription of signedTransactionInfo`,
  );
}

function subscriptionOf(payload: unknown): unknown {
  if (typeof payload !== "object" || payload === null) return undefined;
  return "originalTransactionId" in payload ? payload.originalTransactionId : undefined;
}
