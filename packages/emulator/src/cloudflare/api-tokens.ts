import { randomBytes } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import { type CloudflareApiError, REFUSALS } from "./cloudflare-error.ts";

/**
 * What a token may: “Workers KV Storage”, “Workers Scripts” and “Queues”, each to edit, which includes
 * to read.
 *
 * @see https://developers.cloudflare.com/fundamentals/api/reference/permissions/
 */
export type CloudflarePermission = "kv" | "scripts" | "queues";

const ALL: readonly CloudflarePermission[] = ["kv", "scripts", "queues"];

/** How many calls a token may make in a window of time. */
export interface CallLimit {
  readonly calls: number;
  readonly windowMs: number;
}

/** @see https://developers.cloudflare.com/fundamentals/api/reference/limits/ */
export const CALL_LIMIT: CallLimit = { calls: 1200, windowMs: 300_000 };

/** What a call asks of its token. */
interface CallNeeds {
  /** Default: nothing. */
  readonly permission?: CloudflarePermission;
  /** What a token that is unknown is answered. */
  readonly unknownToken?: () => CloudflareApiError;
}

/** The tokens of an account. */
export interface ApiTokens {
  /** Makes a token, by default one that may everything. */
  add(permissions?: readonly CloudflarePermission[], text?: string): string;
  /** Counts a call; throws what is refused of it. */
  spend(authorization: string | null, needs?: CallNeeds): void;
  /** Returns the headers about the limit that every answer has. */
  headers(authorization: string | null): Readonly<Record<string, string>>;
}

interface Token {
  readonly permissions: ReadonlySet<CloudflarePermission>;
  windowEndsAt: number;
  calls: number;
}

/**
 * Returns no tokens yet. A token that makes more calls than the limit is blocked for a whole window from
 * then on: “all API calls for the next five minutes will be blocked”. Cloudflare counts by user, and so
 * all tokens of one together; here each token has a user of its own.
 */
export function createApiTokens(clock: Clock, { calls, windowMs }: CallLimit): ApiTokens {
  const tokens = new Map<string, Token>();
  const tokenOf = (authorization: string | null) =>
    tokens.get(/^Bearer (\S+)$/i.exec(authorization ?? "")?.[1] ?? "");
  const secondsLeft = ({ windowEndsAt }: Token) =>
    Math.max(0, Math.ceil((windowEndsAt - clock.now()) / 1000));
  return {
    add(permissions = ALL, text = randomBytes(30).toString("base64url")) {
      tokens.set(text, { permissions: new Set(permissions), windowEndsAt: 0, calls: 0 });
      return text;
    },
    spend(authorization, { permission, unknownToken = REFUSALS.badToken } = {}) {
      if (authorization === null) throw REFUSALS.noToken();
      const token = tokenOf(authorization);
      if (token === undefined) throw unknownToken();
      const now = clock.now();
      if (token.windowEndsAt <= now) {
        token.windowEndsAt = now + windowMs;
        token.calls = 0;
      }
      token.calls += 1;
      if (token.calls === calls + 1) token.windowEndsAt = now + windowMs;
      if (token.calls > calls) {
        throw REFUSALS.tooManyCalls(windowMs / 1000, calls, secondsLeft(token));
      }
      if (permission !== undefined && !token.permissions.has(permission)) throw REFUSALS.badToken();
    },
    headers(authorization) {
      const token = tokenOf(authorization);
      if (token === undefined) return {};
      const left = Math.max(0, calls - token.calls);
      return {
        ratelimit: `"default";r=${left};t=${secondsLeft(token)}`,
        "ratelimit-policy": `"default";q=${calls};w=${windowMs / 1000}`,
      };
    },
  };
}
