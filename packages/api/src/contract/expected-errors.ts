import type { ApiErrorCode } from "../errors/api-error-codes.ts";
import { API_ERRORS } from "../errors/api-error-codes.ts";
import type { Route } from "./route.ts";

/** What any operation can answer, whatever it does. */
const ANYWHERE: readonly ApiErrorCode[] = [
  "INPUT_INVALID",
  "RATE_LIMITED",
  "INTERNAL",
  "UNAVAILABLE",
];

/** Returns every code an operation can answer with, in the order of the table: its own, and those of its kind. */
export function expectedErrors(route: Route): readonly ApiErrorCode[] {
  const codes = new Set<ApiErrorCode>([...ANYWHERE, ...(route.errors ?? [])]);
  const add = (condition: boolean, ...more: readonly ApiErrorCode[]): void => {
    if (condition) for (const code of more) codes.add(code);
  };
  add(route.access !== "public", "UNAUTHENTICATED");
  // Whoever it is, a change must not come from another site's page; and a runtime may do next to nothing.
  add(route.access !== "public" || route.method !== "GET", "FORBIDDEN");
  add(route.params !== undefined, "NOT_FOUND");
  add(route.body !== undefined, "BODY_TOO_LARGE", "MEDIA_TYPE_UNSUPPORTED");
  add(route.isCreation === true, "IDEMPOTENCY_KEY_REUSED", "REQUEST_IN_PROGRESS");
  add(route.etag === "required", "PRECONDITION_REQUIRED", "PRECONDITION_FAILED");
  return Object.keys(API_ERRORS).filter((code): code is ApiErrorCode =>
    codes.has(code as ApiErrorCode),
  );
}
