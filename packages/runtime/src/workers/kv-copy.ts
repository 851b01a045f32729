/** Our copy of one value: what was last accepted of it stays in use. */
export interface KvCopy {
  /** Takes over what was read, undefined where there was nothing; never rejects. */
  offer(text: string | undefined): Promise<void>;
  /** Why the newest is not in use; a code. */
  problem(): string | undefined;
  /** How much it keeps in memory, in characters. */
  size(): number;
}

/**
 * Returns a copy without content. The same text is offered to `accept` once, whether it was taken or refused.
 *
 * @param accept - takes a text over, or throws
 */
export function createKvCopy(
  accept: (text: string) => Promise<void>,
  onRefused: (error: unknown) => void,
): KvCopy {
  let last: string | undefined;
  let hasContent = false;
  let problem: string | undefined;
  return {
    async offer(text) {
      if (text === undefined) {
        // A value that was there does not go by itself: the last good one stays.
        problem = hasContent ? "VALUE_MISSING" : undefined;
        last = undefined;
        return;
      }
      if (text === last) return;
      last = text;
      try {
        await accept(text);
        hasContent = true;
        problem = undefined;
      } catch (error) {
        problem = error instanceof Error && "code" in error ? String(error.code) : "UNREADABLE";
        onRefused(error);
      }
    },
    problem: () => problem,
    size: () => last?.length ?? 0,
  };
}
