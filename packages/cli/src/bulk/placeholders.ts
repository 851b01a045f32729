/**
 * What translators' files put in the place of a value: `%@`, `%lld` and `%1$@` of Apple's platforms
 * and of C (`%%` is how these write a percent sign), `%(name)s` of Python, `{name}`, `{{name}}`,
 * `${name}` and the messages of ICU, `\(name)` of Swift.
 *
 * A percent sign after a number is most likely one (`50 %sur tout`), so there no letter may follow.
 */
const PLACEHOLDERS: readonly RegExp[] = [
  /%(?:\d{1,5}\$)?[-+0#']{0,5}\d{0,5}(?:\.\d{1,5})?@/,
  /%\d{1,5}\$[-+0#']{0,5}\d{0,5}(?:\.\d{1,5})?(?:hh?|ll?|[qztjL])?[a-zA-Z]/,
  /(?<!\p{Nd}\s?)%[-+0#']{0,5}\d{0,5}(?:\.\d{1,5})?(?:hh?|ll?|[qztjL])?[diouxXfFeEgGaAcCsSp]/u,
  /%[-+0#']{0,5}\d{0,5}(?:\.\d{1,5})?(?:hh?|ll?|[qztjL])?[diouxXfFeEgGaAcCsSp](?!\p{L})/u,
  /%\([^()]*\)[a-zA-Z]/,
  /%%/,
  /\$?\{[^{}]*\}/,
  /\\\([^()]*\)/,
];

/**
 * Returns the first placeholder of a text, like `%@`, or undefined. Apple fills nothing in: a
 * subscriber would read it as it stands.
 */
export function findPlaceholder(text: string): string | undefined {
  const found = PLACEHOLDERS.map((pattern) => pattern.exec(text)).filter((match) => match !== null);
  return found.toSorted((a, b) => a.index - b.index)[0]?.[0];
}
