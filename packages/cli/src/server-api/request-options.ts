import { UsageError } from "@holdfast/appstore/errors";
import { checkTransactionId } from "@holdfast/appstore/retention-messaging";
import type { Io, OptionSpec, Options } from "../command.ts";
import { parseInstant } from "../instant.ts";
import { requireSound } from "../storekit/check-values.ts";

/** Whose purchases. */
export const CUSTOMER_OPTION: OptionSpec = {
  flags: "--transaction-id <id>",
  description: "any transaction of the customer, original or not; required",
  required: true,
};

/**
 * Returns the transaction id of a command line.
 *
 * @throws UsageError `OPTION_MISSING`, `TRANSACTION_ID_INVALID`
 */
export function requireTransactionId(options: Options, io: Pick<Io, "warn">): string {
  return checked(options.required("transaction-id"), io);
}

/**
 * {@link requireTransactionId}, where it may be missing.
 *
 * @throws UsageError `TRANSACTION_ID_INVALID`
 */
export function findTransactionId(options: Options, io: Pick<Io, "warn">): string | undefined {
  const text = options.text("transaction-id");
  return text === undefined ? undefined : checked(text, io);
}

function checked(text: string, io: Pick<Io, "warn">): string {
  const transactionId = text.trim();
  requireSound("--transaction-id", checkTransactionId(transactionId), io);
  return transactionId;
}

/** When something begins and ends: milliseconds since 1970. */
interface TimeRange<Instant> {
  readonly startDate: Instant;
  readonly endDate: Instant;
}

/**
 * Reads `--start` and `--end`, each of which may be missing.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function findTimeRange(options: Options): TimeRange<number | undefined> {
  const [startDate, endDate] = [findInstant(options, "start"), findInstant(options, "end")];
  if (startDate !== undefined && endDate !== undefined) checkOrder({ startDate, endDate });
  return { startDate, endDate };
}

/**
 * Reads `--start` and `--end`.
 *
 * @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`
 */
export function requireTimeRange(options: Options): TimeRange<number> {
  const startDate = parseInstant(options.required("start").trim(), "--start");
  const endDate = parseInstant(options.required("end").trim(), "--end");
  return checkOrder({ startDate, endDate });
}

function findInstant(options: Options, name: "start" | "end"): number | undefined {
  const text = options.text(name);
  return text === undefined ? undefined : parseInstant(text.trim(), `--${name}`);
}

function checkOrder(range: TimeRange<number>): TimeRange<number> {
  if (range.startDate < range.endDate) return range;
  throw new UsageError("OPTION_INVALID", "--start: expected a time before --end");
}

/**
 * Returns where an earlier answer ended, if anywhere: a script may give nothing the first time.
 */
export function findPlace(
  options: Options,
  name: "revision" | "pagination-token",
): string | undefined {
  const place = options.text(name)?.trim() ?? "";
  return place === "" ? undefined : place;
}

/**
 * Returns the values of an option that may come more than once, or with commas; each once.
 *
 * @throws UsageError `OPTION_INVALID` for an empty one, which would ask for everything
 */
export function readList(options: Options, name: string): readonly string[] {
  const texts = options.list(name).flatMap((text) => text.split(","));
  const values = new Set(texts.map((text) => text.trim()));
  if (!values.has("")) return [...values];
  throw new UsageError("OPTION_INVALID", `--${name}: expected a value, got nothing`);
}

/**
 * Returns the word an option gives, see {@link parseWord}; it may be missing.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function findWord(options: Options, name: string): string | undefined {
  const text = options.text(name);
  return text === undefined ? undefined : parseWord(text, `--${name}`);
}

/**
 * Returns a word of Apple's in capitals, as it spells them; it may be written in any case. Which words
 * there are is Apple's to say.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function parseWord(text: string, option: string): string {
  const word = text.trim().toUpperCase();
  if (/^[A-Z][A-Z0-9_]*$/.test(word)) return word;
  throw new UsageError("OPTION_INVALID", `${option}: expected a word like SUBSCRIBED, got ${text}`);
}
