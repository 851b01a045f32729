/** What separates columns, as spreadsheets of different countries write it. */
const DELIMITERS = [",", ";", "\t"] as const;

/** Returns what separates the columns of a line: what is most often in it; a comma where nothing is. */
export function delimiterOf(line: string): string {
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
}

/**
 * Returns the cells of a line of CSV, quotes taken off; undefined where a quote is left open, as it is where
 * a cell goes on in the next line.
 */
export function cellsOf(line: string, delimiter: string): readonly string[] | undefined {
  // The usual line has none, and a file may have millions.
  if (!line.includes('"')) return line.split(delimiter);
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? "";
    if (character === '"') {
      if (isQuoted && line[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else {
        isQuoted = !isQuoted;
      }
    } else if (character === delimiter && !isQuoted) {
      cells.push(cell);
      cell = "";
    } else {
      cell += character;
    }
  }
  return isQuoted ? undefined : [...cells, cell];
}
