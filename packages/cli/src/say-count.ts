/** Says how many of something there are: `1 message`, `2 messages`. For words whose plural ends in s. */
export function sayCount(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
