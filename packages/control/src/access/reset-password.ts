import { routes } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import { recordAudit } from "../audit/index.ts";
import type { AuditActor } from "../audit/index.ts";
import type { Database } from "../storage/index.ts";
import { forgetAttempts } from "./login-throttle.ts";
import { createPasswords } from "./passwords.ts";
import type { PasswordCost } from "./passwords.ts";
import { findByEmail, normalizeEmail } from "./people.ts";
import type { PersonRow } from "./people.ts";

/** A password that is set without the one before. */
export interface PasswordReset {
  readonly email: string;
  readonly password: string;
  /** Whom the audit log names. */
  readonly actor: AuditActor;
  /** Default OWASP's least. */
  readonly passwordCost?: PasswordCost | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a reset did. */
export interface ResetPassword {
  /** The person's name. */
  readonly name: string;
  readonly endedSessions: number;
}

/**
 * Sets a person's password, ends their sessions, and forgets wrong attempts to sign in: for who has the
 * database in their hands anyway. API tokens stay.
 *
 * @throws UsageError `PASSWORD_UNFIT`, `PERSON_UNKNOWN`, `PERSON_DISABLED`
 */
export async function resetPassword(
  database: Database,
  { email, password, actor, passwordCost, now }: PasswordReset,
): Promise<ResetPassword> {
  const person = requireEnabled(await findByEmail(database.queries, email), email);
  checkPassword(password);
  const passwordHash = await createPasswords(passwordCost).hash(password);
  return database.transaction(async ({ queries }) => {
    await queries
      .updateTable("people")
      .set({ password_hash: passwordHash })
      .where("id", "=", person.id)
      .execute();
    const { numDeletedRows } = await queries
      .deleteFrom("sessions")
      .where("person", "=", person.id)
      .executeTakeFirst();
    await forgetAttempts(queries, person.email);
    const summary = `set a new password for ${person.email} and ended their sessions`;
    await recordAudit(queries, { actor, action: "resetPassword", target: person.id, summary }, now);
    return { name: person.name, endedSessions: Number(numDeletedRows) };
  });
}

function requireEnabled(person: PersonRow | undefined, email: string): PersonRow {
  if (person === undefined) {
    throw new UsageError("PERSON_UNKNOWN", `nobody signs in as ${normalizeEmail(email)}`);
  }
  if (person.is_disabled === 0) return person;
  throw new UsageError(
    "PERSON_DISABLED",
    `${person.email} is disabled, and a password would not let them in; have an admin enable them`,
  );
}

/** What the API would not take must not be set past it. */
function checkPassword(password: string): void {
  if (routes.changePassword.body.shape.newPassword.safeParse(password).success) return;
  throw new UsageError(
    "PASSWORD_UNFIT",
    "expected a password of 12 to 256 characters, without control characters",
  );
}
