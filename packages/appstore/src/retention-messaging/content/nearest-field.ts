/** Fewer letters are the beginning of too many names. */
const MIN_PREFIX = 3;

/**
 * Returns the field that somebody who wrote another name most likely meant: `altText` for `alt_text`
 * or `alt`, `header` for `haeder`.
 */
export function nearestField(written: string, fields: readonly string[]): string | undefined {
  const word = simplified(written);
  return (
    fields.find((field) => simplified(field) === word) ??
    fields.find((field) => isOneEditApart(simplified(field), word)) ??
    fields.find((field) => isBeginning(simplified(field), word))
  );
}

function simplified(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, "");
}

/** One is how the other begins: `image` for `imageidentifier`, `bullets` nearly for `bulletpoints`. */
function isBeginning(field: string, word: string): boolean {
  const singular = word.replace(/s$/, "");
  return singular.length >= MIN_PREFIX && field.startsWith(singular);
}

/** Whether a letter more, less or other, or two swapped, make one word the other. */
function isOneEditApart(a: string, b: string): boolean {
  const start = commonStart(a, b);
  const [restOfA, restOfB] = [a.slice(start), b.slice(start)];
  return (
    restOfA.slice(1) === restOfB ||
    restOfA === restOfB.slice(1) ||
    restOfA.slice(1) === restOfB.slice(1) ||
    `${restOfA.slice(1, 2)}${restOfA.slice(0, 1)}${restOfA.slice(2)}` === restOfB
  );
}

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}
