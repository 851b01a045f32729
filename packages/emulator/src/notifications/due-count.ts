/** How many are due now. */
export interface DueCount {
  begin(): void;
  end(): void;
  /** Resolves when none is due. */
  idle(): Promise<void>;
}

/** Returns a count of none. */
export function createDueCount(): DueCount {
  let due = 0;
  let whenIdle: (() => void)[] = [];
  return {
    begin() {
      due += 1;
    },
    end() {
      due -= 1;
      if (due > 0) return;
      for (const tell of whenIdle) tell();
      whenIdle = [];
    },
    async idle() {
      if (due > 0) await new Promise<void>((resolve) => whenIdle.push(resolve));
    },
  };
}
