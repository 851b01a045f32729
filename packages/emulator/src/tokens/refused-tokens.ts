import type { TokenRefusalReason } from "./verify-token.ts";

/** A request whose token was refused; nothing of the token itself. */
export interface RefusedToken {
  readonly reason: TokenRefusalReason;
  /** What was asked for, like `uploadMessage`. */
  readonly operation: string;
  /** Which API it was asked of: an environment, or `connect`. */
  readonly api: "sandbox" | "production" | "connect";
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The last tokens refused. Apple tells nobody why; whoever wonders can look here. */
export interface RefusedTokens {
  /** Returns them, the oldest first. */
  list(): readonly RefusedToken[];
  add(refused: RefusedToken): void;
}

/** How many are remembered; ours. */
const MAX_REMEMBERED = 100;

/** Returns a record of refused tokens with nothing in it. */
export function createRefusedTokens(): RefusedTokens {
  let refusals: readonly RefusedToken[] = [];
  return {
    list: () => refusals,
    add(refused) {
      refusals = [...refusals, refused].slice(-MAX_REMEMBERED);
    },
  };
}
