import type { Clock } from "../clock/clock.ts";
import { AppleApiError, emulatorError } from "../errors/index.ts";
import { applyFaults, type Fault, type Faults } from "../faults/index.ts";
import type { RefusedTokens } from "../tokens/index.ts";
import type { AppEnvironment, AppWorld, EnvironmentName, World } from "../world/index.ts";
import { authenticate } from "./authenticate.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { RequestLog } from "./request-log.ts";
import {
  answerRefusing,
  answerToError,
  type StorekitAnswer,
  toResponse,
} from "./storekit-answer.ts";
import type { StorekitCall, StorekitOperation } from "./storekit-operation.ts";

/** What answering needs. */
export interface StorekitContext {
  readonly world: World;
  readonly clock: Clock;
  /** Ends waiting. */
  readonly signal: AbortSignal;
  readonly faults: Faults;
  readonly rateLimits: RateLimits;
  readonly refusedTokens: RefusedTokens;
  readonly requestLog: RequestLog;
  /** Told of errors that are nobody's but ours. */
  readonly onInternalError: (error: unknown) => void;
}

/** A request on its way to an operation. */
export interface StorekitRequest extends Omit<StorekitCall, "place"> {
  readonly environment: EnvironmentName;
  /** The Authorization header. */
  readonly authorization: string | null;
}

/**
 * Answers a request for `operation`: token, rate limit, faults before, the operation, faults after,
 * the log. Throws `CONNECTION_DROPPED` when a fault says that there is no answer.
 */
export async function answerOperation(
  operation: StorekitOperation,
  request: StorekitRequest,
  context: StorekitContext,
): Promise<Response> {
  const { name } = operation;
  const { environment } = request;
  const at = context.clock.now();
  const { owner, refusal } = await authenticate(request.authorization, context.world, at);
  if (owner === undefined) {
    context.refusedTokens.add({ reason: refusal, operation: name, api: environment, at });
    return toResponse({ status: 401 });
  }
  const place = { app: owner.definition.id, environment };
  const { answer, isDropped } = await answerFor({ operation, request, place, app: owner }, context);
  context.requestLog.add({
    operation: name,
    ...place,
    ...(answer === undefined ? {} : { status: answer.status }),
    ...(answer?.errorCode === undefined ? {} : { errorCode: answer.errorCode }),
    dropped: isDropped,
    at,
  });
  if (isDropped || answer === undefined) {
    throw emulatorError("CONNECTION_DROPPED", "a fault that was asked for dropped the connection");
  }
  return toResponse(answer);
}

interface AuthenticatedRequest {
  readonly operation: StorekitOperation;
  readonly request: StorekitRequest;
  readonly place: AppEnvironment;
  readonly app: AppWorld;
}

interface Outcome {
  /** Missing when nothing was done. */
  readonly answer?: StorekitAnswer;
  readonly isDropped: boolean;
}

async function answerFor(asked: AuthenticatedRequest, context: StorekitContext): Promise<Outcome> {
  const { operation, place } = asked;
  const limited = context.rateLimits.spend(operation, place);
  if (limited !== undefined) return { answer: answerRefusing(limited), isDropped: false };
  const faults = context.faults.take({ ...place, operation: operation.name });
  const before = await applyFaults(faults.filter(isBefore), context);
  if (before === "drop") return { isDropped: true };
  if (before !== undefined) return { answer: before, isDropped: false };
  const answer = await run(asked, context);
  const after = await applyFaults(faults.filter(isAfter), context);
  if (after === "drop") return { answer, isDropped: true };
  return { answer: after ?? answer, isDropped: false };
}

function isAfter({ when }: Fault): boolean {
  return when === "afterEffect";
}

function isBefore(fault: Fault): boolean {
  return !isAfter(fault);
}

async function run(
  { operation, request, place, app }: AuthenticatedRequest,
  { onInternalError }: StorekitContext,
): Promise<StorekitAnswer> {
  if (operation.needsAccess === true && !app.hasRetentionMessagingAccess) return { status: 404 };
  try {
    return { status: 200, body: await operation.run({ ...request, place }) };
  } catch (error) {
    const answer = answerToError(error);
    if (answer !== undefined) return answer;
    onInternalError(error);
    return answerRefusing(new AppleApiError("GENERAL_INTERNAL"));
  }
}
