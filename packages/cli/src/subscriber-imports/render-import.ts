import { columns } from "../output.ts";
import { sayDuration } from "../storekit/duration.ts";
import { printable } from "../style.ts";
import type { ImportBody } from "./send-ids.ts";

/** Says how far an import is, in a line. */
export function sayFetched(one: ImportBody): string {
  const { accepted, waiting, ratePerSecond, etaSeconds } = one;
  const rate = ratePerSecond === undefined ? "" : `, ${ratePerSecond.toFixed(1)} a second`;
  const left = etaSeconds === undefined ? "" : `, about ${sayDuration(etaSeconds * 1000)} left`;
  return `${accepted - waiting} of ${accepted} asked about${rate}${left}`;
}

/** Says an import for people, a line each. */
export function renderImport(one: ImportBody): readonly string[] {
  const { etaSeconds, ratePerSecond } = one;
  return columns([
    ["import", one.id],
    ...(one.name === undefined ? [] : [["name", printable(one.name)]]),
    ["state", one.state],
    ["received", `${one.received} of ${one.total}`],
    ["accepted", String(one.accepted)],
    ["repeated", String(one.repeated)],
    ["invalid", String(one.invalid)],
    ["fetched", String(one.fetched)],
    ["not found", String(one.notFound)],
    ["failed", String(one.failed)],
    ["waiting", String(one.waiting)],
    ...(ratePerSecond === undefined ? [] : [["a second", ratePerSecond.toFixed(1)]]),
    ...(etaSeconds === undefined ? [] : [["left", sayDuration(etaSeconds * 1000)]]),
  ]);
}
