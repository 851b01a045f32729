import { isRoleAtLeast } from "@holdfast/api";
import type { Role, Route } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import { coversApp } from "./caller.ts";
import type { Caller } from "./caller.ts";

/** What is decided from. */
export interface AccessRequest {
  readonly route: Route;
  readonly caller: Caller | undefined;
  /** The path's parameters as they came. */
  readonly params: Readonly<Record<string, string>>;
  /** Whether the operation itself heeds which apps the caller's role counts for. */
  readonly heedsApps: boolean;
  /** Whether a runtime's token may call it though it is not for runtimes alone. */
  readonly letsRuntimesIn: boolean;
}

/**
 * Refuses who may not call an operation. Where the path names an app, the role must count for it, and an
 * app it does not count for is not told apart from one that is not there. Where it names none, the role
 * must count for all apps, unless the operation heeds the caller's apps itself.
 *
 * @throws ApiRefusal `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND`
 */
export function authorise({ route, caller, params, ...operation }: AccessRequest): void {
  const { access, operationId } = route;
  if (access === "public") return;
  if (caller === undefined) {
    throw new ApiRefusal("UNAUTHENTICATED", `${operationId}: expected a valid token or session`);
  }
  if (!isRoleFor(caller.role, route, operation.letsRuntimesIn)) {
    throw new ApiRefusal("FORBIDDEN", `${operationId}: ${sayWho(access)}, got ${caller.role}`);
  }
  const app = params["app"];
  if (app !== undefined && !coversApp(caller, app)) {
    throw new ApiRefusal("NOT_FOUND", `${operationId}: no such app`);
  }
  if (app !== undefined || access === "authenticated" || operation.heedsApps) return;
  if (caller.apps !== "all") {
    throw new ApiRefusal(
      "FORBIDDEN",
      `${operationId}: expected a role for all apps, got one for some`,
    );
  }
}

function isRoleFor(role: Role | "runtime", { access }: Route, letsRuntimesIn: boolean): boolean {
  if (role === "runtime") return access === "runtime" || letsRuntimesIn;
  if (access === "runtime" || access === "public") return false;
  return access === "authenticated" || isRoleAtLeast(role, access);
}

function sayWho(access: Route["access"]): string {
  if (access === "runtime") return "expected a runtime's token";
  if (access === "authenticated") return "expected a person, or a token that is no runtime's";
  return `expected the role ${access}`;
}
