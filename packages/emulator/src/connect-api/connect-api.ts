import type { Hono } from "hono";
import type { Clock } from "../clock/clock.ts";
import { type RefusedTokens, verifyToken } from "../tokens/index.ts";
import { answerConnect } from "./answer-connect.ts";
import {
  ConnectError,
  connectErrorResponse,
  methodNotAllowed,
  notAuthorized,
  pathUnknown,
  rateLimitExceeded,
} from "./connect-error.ts";
import type { Team } from "./connect-keys.ts";
import type { HourlyLimit } from "./hourly-limit.ts";

/**
 * How long a token may live: 20 minutes. Tokens with a scope may do more here than at Apple, for what
 * they may do is not looked at.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
 */
const MAX_LIFETIME_SECONDS = 20 * 60;

/** What answering needs. */
export interface ConnectContext {
  /** By issuer. */
  readonly teams: ReadonlyMap<string, Team>;
  readonly clock: Clock;
  readonly hourlyLimit: HourlyLimit;
  readonly refusedTokens: RefusedTokens;
}

/** Adds the App Store Connect API under `/connect`: what there is of apps and their subscriptions. */
export function addConnectRoutes(app: Hono, context: ConnectContext): void {
  app.all("/connect/*", async ({ req }) => answer(req.raw, context));
}

async function answer(request: Request, context: ConnectContext): Promise<Response> {
  const team = await authenticate(request, context);
  if (team === undefined) return connectErrorResponse(notAuthorized());
  const { hourlyLimit } = context;
  const { keyId } = team.key;
  const response = hourlyLimit.spend(keyId)
    ? answerTeam(team, request)
    : connectErrorResponse(rateLimitExceeded());
  response.headers.set("X-Rate-Limit", hourlyLimit.header(keyId));
  return response;
}

function answerTeam(team: Team, request: Request): Response {
  const self = new URL(request.url);
  const base = `${self.origin}/connect`;
  const [, , version, ...segments] = self.pathname.split("/");
  try {
    if (request.method !== "GET") throw methodNotAllowed();
    if (version !== "v1") throw pathUnknown();
    return Response.json(answerConnect(team, segments.map(decodeSegment), { base, self }));
  } catch (error) {
    if (error instanceof ConnectError) return connectErrorResponse(error);
    throw error;
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw pathUnknown();
  }
}

async function authenticate(
  request: Request,
  { teams, clock, refusedTokens }: ConnectContext,
): Promise<Team | undefined> {
  const at = clock.now();
  const { owner, refusal } = await verifyToken<Team>(
    request.headers.get("authorization"),
    {
      maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
      findSigner(kid, { iss = "" }) {
        const team = teams.get(iss);
        if (team === undefined) return "ISSUER_UNKNOWN";
        const { keyId, issuerId, publicKey } = team.key;
        return kid === keyId ? { owner: team, issuerId, publicKey } : "KEY_UNKNOWN";
      },
    },
    at,
  );
  if (refusal !== undefined) {
    refusedTokens.add({ reason: refusal, operation: "connect", api: "connect", at });
  }
  return owner;
}
