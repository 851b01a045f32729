/**
 * Returns what tells the line of an offset into a text, from 1. Offsets are best asked for in rising
 * order: then each line is counted once.
 */
export function createLineCounter(text: string): (offset: number) => number {
  let [at, line] = [0, 1];
  return (offset) => {
    if (offset < at) [at, line] = [0, 1];
    for (; at < offset; at += 1) if (text[at] === "\n") line += 1;
    return line;
  };
}
