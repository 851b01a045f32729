import * as z from "zod";
import { ROLES } from "../contract/access.ts";
import { list } from "../fields/object-fields.ts";
import { appId, id } from "../fields/identifiers.ts";
import { choice, patterned, secret, text } from "../fields/text-fields.ts";

/** The most apps a person or a token is limited to. */
const MAX_APPS = 500;

/** A person's role. */
export const role = choice(
  "What the person may do: viewer looks, editor writes drafts, publisher puts live, admin administers; each may do what those before it may.",
  ROLES,
);

/** The apps a role counts for. */
export const appScope = z
  .union(
    [
      z.literal("all").meta({ description: "Every app, later ones too." }),
      list("These apps only.", appId, { max: MAX_APPS, min: 1 }),
    ],
    { error: 'expected "all", or a list of ids of apps with at least one' },
  )
  .meta({ description: 'The apps the role counts for: "all", or some.', examples: ["all"] });

/** A person's id. */
export const personId = id("The person's id.", "person_7Qm2");

/** A person's name. */
export const personName = text("The person's name, as others see it.", {
  max: 120,
  example: "Kim Lee",
});

/** A password that is being chosen. Length alone is asked for, as NIST SP 800-63B advises. */
export const newPassword = secret("The password to set: at least 12 characters.", {
  min: 12,
  max: 256,
  example: "a sentence only you know",
});

/** A password that is being given. */
export const password = secret("The password.", { max: 256, example: "a sentence only you know" });

/** A code of a link that is used once. */
export function oneTimeCode(about: string) {
  return patterned(about, {
    pattern: /^[A-Za-z0-9_-]+$/,
    expected: "the code as it stands in the link",
    min: 16,
    max: 128,
    example: "the-code-from-the-link",
  }).meta({ writeOnly: true });
}
