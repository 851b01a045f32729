import { routes } from "@holdfast/api";
import { changesBetween, recordAudit } from "../../audit/index.ts";
import type { Queries } from "../../storage/index.ts";
import { actorOf, addPerson, findByEmail } from "../people.ts";
import type { PersonRow } from "../people.ts";
import type { ProviderClaims } from "./provider-client.ts";
import { decideRule } from "./provider-options.ts";
import type { ProviderRule } from "./provider-options.ts";
import { providerRefusal } from "./provider-refusal.ts";

/** What somebody is let in by. */
export interface AdmitOptions {
  readonly rules: readonly ProviderRule[];
  /** The id they get where they join. */
  readonly newId: string;
  readonly now: number;
  readonly requestId: string;
}

/** What the API takes for an address. */
const emailSchema = routes.createSession.body.shape.email;

/** The most characters of a name. */
const MAX_NAME_LENGTH = 120;

/**
 * Returns the person somebody is who signed in at the provider: the one they were before; else the one with
 * their address, if the provider vouches for it; else a new one, if a rule lets them join. A rule counts
 * when somebody joins, and not again: what an admin sets afterwards stays.
 *
 * @throws ProviderRefusal `EMAIL_UNVERIFIED`, `NOT_ALLOWED`, `ACCOUNT_DISABLED`
 */
export async function admitPerson(
  queries: Queries,
  claims: ProviderClaims,
  options: AdmitOptions,
): Promise<PersonRow> {
  const known = await findIdentity(queries, claims);
  const person = known ?? (await linkPerson(queries, claims, options));
  if (person.is_disabled === 1) throw providerRefusal("ACCOUNT_DISABLED");
  return person;
}

async function findIdentity(
  queries: Queries,
  { issuer, subject }: ProviderClaims,
): Promise<PersonRow | undefined> {
  return queries
    .selectFrom("identities")
    .innerJoin("people", "people.id", "identities.person")
    .selectAll("people")
    .where("identities.issuer", "=", issuer)
    .where("identities.subject", "=", subject)
    .executeTakeFirst();
}

async function linkPerson(
  queries: Queries,
  claims: ProviderClaims,
  options: AdmitOptions,
): Promise<PersonRow> {
  const { issuer, subject, isEmailVerified } = claims;
  const { now, requestId } = options;
  const email = emailSchema.safeParse(claims.email).data;
  if (email === undefined || !isEmailVerified) throw providerRefusal("EMAIL_UNVERIFIED");
  const person =
    (await findByEmail(queries, email)) ?? (await join(queries, { ...claims, email }, options));
  await queries
    .insertInto("identities")
    .values({ issuer, subject, person: person.id, created_at: now })
    // Of two first logins at once the other one wrote the same.
    .onConflict((conflict) => conflict.columns(["issuer", "subject"]).doNothing())
    .execute();
  const entry = {
    actor: actorOf(person),
    action: "linkIdentity",
    target: person.id,
    summary: `will sign in as ${person.email} with ${new URL(issuer).host}`,
    requestId,
  };
  await recordAudit(queries, entry, now);
  return person;
}

async function join(
  queries: Queries,
  { email, name }: ProviderClaims & { readonly email: string },
  { rules, newId: id, now, requestId }: AdmitOptions,
): Promise<PersonRow> {
  const rule = decideRule(rules, email);
  if (rule === undefined) throw providerRefusal("NOT_ALLOWED");
  const { role, apps } = rule;
  const joining = { id, email, name: nameFrom(name, email), role, apps, passwordHash: null, now };
  const person = (await addPerson(queries, joining)) ?? (await findByEmail(queries, email));
  if (person === undefined) throw providerRefusal("NOT_ALLOWED");
  const entry = {
    actor: actorOf(person),
    action: "joinByProvider",
    target: person.id,
    summary: `joined as ${person.email} by a rule for the OpenID provider`,
    changes: changesBetween(undefined, joining, ["email", "name", "role", "apps"]),
    requestId,
  };
  await recordAudit(queries, entry, now);
  return person;
}

/** A name as the API shows names: one line, not empty. */
function nameFrom(name: string | undefined, email: string): string {
  const line = (name ?? "")
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  return (line === "" ? email : line).slice(0, MAX_NAME_LENGTH).toWellFormed();
}
