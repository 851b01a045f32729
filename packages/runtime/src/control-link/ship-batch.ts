import { UpstreamError } from "@holdfast/appstore/errors";
import type { DecisionClient } from "./decision-client.ts";

/** A line that control does not have and will not get. */
export interface AsideLine {
  /** Why: control's code, or `UNREADABLE`. */
  readonly code: string;
  /** The line as it was sent. */
  readonly line: string;
}

/** What became of a batch, all of it. */
export interface ShippedBatch {
  readonly new: number;
  readonly repeated: number;
  readonly refused: readonly AsideLine[];
}

/** The code of the error when control takes nothing of a batch, and refuses it each time as a whole. */
export const TAKES_NOTHING = "DECISIONS_REFUSED";

/** How many decisions are tried alone, and none is taken, before it is no fault of theirs. */
const MAX_SPOILED = 20;

/**
 * Sends a batch in order. Where control refuses the whole of it, halves are sent until what spoils it is found;
 * when control takes none at all, something else is wrong, and nothing is given up.
 *
 * @param mayGiveUp - whether decisions may be given up though none of the batch was taken
 * @throws UpstreamError what the client throws, and {@link TAKES_NOTHING} when control takes none
 */
export async function shipBatch(
  decisions: readonly string[],
  {
    client,
    signal,
    mayGiveUp,
  }: {
    readonly client: DecisionClient;
    readonly signal: AbortSignal;
    readonly mayGiveUp: boolean;
  },
): Promise<ShippedBatch> {
  const total = { new: 0, repeated: 0 };
  const refused: AsideLine[] = [];
  let isAnyTaken = false;
  let spoiled = 0;

  async function send(part: readonly string[]): Promise<void> {
    if (part.length === 0) return;
    const sent = await client.send(part, signal);
    if (sent.kind === "taken") {
      isAnyTaken = true;
      total.new += sent.new;
      total.repeated += sent.repeated;
      for (const { index, code } of sent.refused) refused.push({ code, line: part[index] ?? "" });
      return;
    }
    if (part.length > 1) {
      const half = Math.ceil(part.length / 2);
      await send(part.slice(0, half));
      await send(part.slice(half));
      return;
    }
    spoiled += 1;
    if (!isAnyTaken && spoiled >= MAX_SPOILED) throw takesNone(sent.code);
    refused.push(...part.map((line) => ({ code: sent.code, line })));
  }

  await send(decisions);
  const last = refused.at(-1);
  if (!isAnyTaken && !mayGiveUp && last !== undefined) throw takesNone(last.code);
  return { ...total, refused };
}

function takesNone(code: string): UpstreamError<typeof TAKES_NOTHING> {
  return new UpstreamError(
    TAKES_NOTHING,
    `expected control to take decisions, but it refuses every one (${code}); is it of the same release?`,
  );
}
