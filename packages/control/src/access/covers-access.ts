import { isRoleAtLeast } from "@holdfast/api";
import { coversApp } from "../http/index.ts";
import type { Caller } from "../http/index.ts";
import type { ApiTokensTable, AppScope } from "./tables.ts";

/** What a person or a token may, and for which apps. */
export interface Power {
  readonly role: ApiTokensTable["role"];
  readonly apps: AppScope;
}

/** Tells whether a caller's role is at least another. A runtime reads every secret of its apps, sealed: an admin's. */
export function coversRole(caller: Pick<Caller, "role">, role: Power["role"]): boolean {
  const needed = role === "runtime" ? "admin" : role;
  return caller.role !== "runtime" && isRoleAtLeast(caller.role, needed);
}

/** Tells whether a caller's role counts for all of these apps. */
export function coversScope(caller: Pick<Caller, "apps">, apps: AppScope): boolean {
  return apps === "all" ? caller.apps === "all" : apps.every((app) => coversApp(caller, app));
}

/**
 * Tells whether a caller may end what is their person's and has this power. People may; a token may end what
 * may no more than itself: one for a build that leaks must not end its maker's sessions, nor what runtimes read
 * with.
 */
export function mayEnd(caller: Pick<Caller, "kind" | "role" | "apps">, power: Power): boolean {
  if (caller.kind === "person") return true;
  return coversRole(caller, power.role) && coversScope(caller, power.apps);
}
