import { API_ERRORS } from "../errors/api-error-codes.ts";
import type { ApiErrorCode } from "../errors/api-error-codes.ts";
import { ApiRefusal } from "../errors/api-refusal.ts";
import type { RefusalFacts } from "../errors/api-refusal.ts";
import type { ParameterObject } from "./open-api-document.ts";

/** The headers of requests that more than one operation takes. */
export const sharedParameters: Readonly<Record<string, ParameterObject>> = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    description:
      "A key of your making, new for every creation and the same for its repetitions; a UUID will do.",
    schema: { type: "string", minLength: 1, maxLength: 200, pattern: "^[\\x21-\\x7e]{1,200}$" },
    example: "0d9f8a4e-6a53-4a7c-9b3e-2f1d5c8e7a60",
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    required: true,
    description: "The ETag of the version that is edited, in its quotes, as a read answered it.",
    schema: { type: "string", minLength: 2, maxLength: 200 },
    example: '"7"',
  },
  IfNoneMatch: {
    name: "If-None-Match",
    in: "header",
    required: false,
    description: "The ETag of the version the caller has.",
    schema: { type: "string", minLength: 2, maxLength: 2000 },
    example: '"7"',
  },
};

/** The headers of answers that more than one operation sends. */
export const sharedHeaders: Readonly<Record<string, object>> = {
  ETag: {
    description: "The resource's version, in quotes: for If-Match, or If-None-Match.",
    schema: { type: "string", maxLength: 200 },
    example: '"7"',
  },
  RetryAfter: {
    description: "In how many seconds to come again.",
    schema: { type: "integer", minimum: 0, maximum: 86_400 },
    example: 2,
  },
};

/** What makes an example say more than its code. */
const FACTS: Partial<Readonly<Record<ApiErrorCode, RefusalFacts>>> = {
  INPUT_INVALID: { issues: [{ path: ["body", "name"], message: "is missing; expected a text" }] },
  FLOW_INVALID: {
    issues: [
      {
        code: "UNKNOWN_KEY",
        severity: "error",
        path: ["rules", 0, "respnd"],
        message: 'unknown key "respnd"; did you mean "respond"?',
        line: 12,
        column: 5,
      },
    ],
  },
  CONFLICT: { current: { sequence: 8 } },
  PRECONDITION_FAILED: { current: { etag: '"8"' } },
  APPLE_REFUSED: {
    apple: { status: 403, errorCode: 4_030_017, errorName: "MessageNotApprovedError" },
  },
  INTERNAL: { requestId: "01JD2K6W7M" },
};

/** Returns an example of the error body for every code. */
export function sharedExamples(): Readonly<Record<string, { readonly value: unknown }>> {
  return Object.fromEntries(
    Object.keys(API_ERRORS).map((name) => {
      // The keys of the table are its codes.
      const code = name as ApiErrorCode;
      const message = API_ERRORS[code].meaning.split(/[;:.]/)[0] ?? "";
      const refusal = new ApiRefusal(code, message.replaceAll("`", ""), FACTS[code] ?? {});
      return [code, { value: refusal.toBody() }];
    }),
  );
}
