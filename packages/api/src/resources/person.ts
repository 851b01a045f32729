import { email } from "../fields/identifiers.ts";
import { flag, moment } from "../fields/number-fields.ts";
import { open } from "../fields/object-fields.ts";
import { appScope, personId, personName, role } from "./access-fields.ts";

/** A person who can sign in. */
export const personSchema = open(
  {
    id: personId,
    email,
    name: personName,
    role,
    apps: appScope,
    isDisabled: flag("Whether the person is kept from signing in.", false),
    createdAt: moment("When the person joined."),
    lastSeenAt: moment("When the person last did anything; absent before.").optional(),
  },
  { id: "Person", about: "A person who can sign in." },
);
