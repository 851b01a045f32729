/** The members that are looked for, in this order. */
const USUAL_MEMBERS = ["originalTransactionId", "transactionId"] as const;

/**
 * Returns the id of one line of JSON, from the member named or else the usual ones; undefined where there is
 * none. A number is an id only as far as it is exact.
 */
export function idOfJson(line: string, member: string | undefined): string | undefined {
  const value = parsed(line);
  if (typeof value !== "object" || value === null) return undefined;
  const members = new Map<string, unknown>(Object.entries(value));
  const names = member === undefined ? USUAL_MEMBERS : [member];
  const id = names.map((name) => members.get(name)).find((found) => found !== undefined);
  if (typeof id === "string") return id;
  return Number.isSafeInteger(id) ? String(id) : undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
