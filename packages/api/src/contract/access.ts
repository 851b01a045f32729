/** What people and tokens may do, from the least to the most; each may do what those before it may. */
export const ROLES = ["viewer", "editor", "publisher", "admin"] as const;

/** What a person may do: look, write drafts, put live, administer. */
export type Role = (typeof ROLES)[number];

/**
 * Who may call an operation: anybody, whoever is signed in, people and tokens from a role up, or a runtime's
 * token. Where the path has `{app}`, the role counts for that app.
 */
export type Access = "public" | "authenticated" | "runtime" | Role;

/** Tells whether an access asks for a role of people. */
export function isRole(access: string): access is Role {
  return (ROLES as readonly string[]).includes(access);
}

/** Tells whether a role is at least another. */
export function isRoleAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}
