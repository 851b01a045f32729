/** One letter in so many may be wrong, and always one. */
const LETTERS_PER_MISTAKE = 3;
/** Longer names are compared by nothing: they are no typing mistakes. */
const MAX_LENGTH = 100;
/** No more candidates are compared: validation of a document full of mistakes must end, too. */
const MAX_CANDIDATES = 1000;

/** Returns the candidate nearest to what was written, if one is near enough to be meant. */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  if (written.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(written.length / LETTERS_PER_MISTAKE)) + 1;
  let left = MAX_CANDIDATES;
  for (const candidate of candidates) {
    left -= 1;
    if (left < 0) break;
    const distance = nameDistance(written, candidate, least);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Returns `: did you mean "x"?`, or what there is when nothing is near and the list is short. */
export function didYouMean(written: string, candidates: Iterable<string>): string {
  const list = [...candidates];
  const suggestion = nearest(written, list);
  if (suggestion !== undefined) return `; did you mean "${suggestion}"?`;
  if (list.length === 0 || list.length > 12) return "";
  return `; there is ${list.map((name) => `"${name}"`).join(", ")}`;
}

/** Case and separators cost less than letters: `en_us` is nearly `en-US`. */
function nameDistance(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  const [left, right] = [simplified(a), simplified(b)];
  if (left === right) return 0.5;
  if (Math.abs(left.length - right.length) >= limit) return limit;
  return editDistance(left, right);
}

function simplified(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ .]/g, "");
}

/** Returns the Damerau-Levenshtein distance (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      current.push(cell({ a, b, row, column }, current, previous, before));
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

function cell(
  { a, b, row, column }: { a: string; b: string; row: number; column: number },
  ...[current, previous, before]: readonly [readonly number[], readonly number[], readonly number[]]
): number {
  const same = a[row - 1] === b[column - 1];
  const least = Math.min(
    at(previous, column) + 1,
    at(current, column - 1) + 1,
    at(previous, column - 1) + (same ? 0 : 1),
  );
  const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
  return swapped && row > 1 && column > 1 ? Math.min(least, at(before, column - 2) + 1) : least;
}

function at(line: readonly number[], index: number): number {
  return line[index] ?? Infinity;
}
