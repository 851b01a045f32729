/**
 * Where a spreadsheet begins to calculate; full-width signs count in some. Quotes before it are ours,
 * or would be taken for ours.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const CALCULATED = /^'*[=+\-@\t\r＝＋－＠]/u;

/** As a cell is written when a spreadsheet is to show it and not to calculate it. */
export function guardCell(text: string): string {
  return CALCULATED.test(text) ? `'${text}` : text;
}

/** Returns what {@link guardCell} was given. */
export function unguardCell(cell: string): string {
  return cell.startsWith("'") && CALCULATED.test(cell) ? cell.slice(1) : cell;
}
