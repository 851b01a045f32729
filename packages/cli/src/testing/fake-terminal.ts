import type { Terminal } from "../terminal.ts";

/** A terminal at which somebody has their answers ready, and what they were asked. */
export interface FakeTerminal extends Terminal {
  readonly asked: readonly string[];
}

/** Makes a terminal that gives these answers, one after the other. */
export function createFakeTerminal(answers: readonly string[]): FakeTerminal {
  const left = [...answers];
  const asked: string[] = [];
  const next = async (kind: string, question: string): Promise<string> => {
    asked.push(`${kind}: ${question.trim()}`);
    const answer = left.shift();
    if (answer === undefined) throw new Error(`nobody expected to be asked ${question}`);
    return answer;
  };
  return {
    asked,
    ask: (question) => next("shown", question),
    askHidden: (question) => next("hidden", question),
  };
}
