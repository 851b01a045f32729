import { defineRoute } from "../contract/define-route.ts";
import { id } from "../fields/identifiers.ts";
import { moment } from "../fields/number-fields.ts";
import { open, strict } from "../fields/object-fields.ts";
import { choice, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { appScope, personId } from "./access-fields.ts";

const TAG = "Tokens";

const tokenId = id("The token's id; no secret.", "token_2bXe");

const tokenRole = choice(
  "What the token may do. A runtime's token reads what is live, looks subscribers up, sends decisions and reports what runs, and nothing else.",
  ["viewer", "editor", "publisher", "admin", "runtime"],
);

const tokenName = text("What it is for.", { max: 120, example: "CI of the iOS app" });

const tokenShape = {
  id: tokenId,
  name: tokenName,
  role: tokenRole,
  apps: appScope,
  createdBy: personId.meta({ description: "The id of the person who made it." }),
  createdAt: moment("When it was made."),
  expiresAt: moment("When it ends; absent where it does not.").optional(),
  lastUsedAt: moment("When it was last used, to the minute; absent before.").optional(),
  revokedAt: moment("When it was revoked; absent where it was not.").optional(),
};

/** Makes a token. */
export const createToken = defineRoute({
  operationId: "createToken",
  method: "POST",
  path: "/v1/tokens",
  tag: TAG,
  summary: "Make a token",
  description:
    "Makes a bearer token for a script, a pipeline or a runtime. Its secret is shown in this answer only: what is kept is its hash, so a repetition with the same Idempotency-Key is answered with CONFLICT, not with the secret. A token may do at most what its maker may: FORBIDDEN otherwise.",
  access: "authenticated",
  body: strict(
    {
      name: tokenName,
      role: tokenRole,
      apps: appScope,
      expiresAt: moment("When it is to end; without it, when it is revoked.").optional(),
    },
    { id: "NewToken", about: "The token to make." },
  ),
  isCreation: true,
  success: {
    status: 201,
    about: "The token, with its secret.",
    body: open(
      {
        ...tokenShape,
        secret: text("What goes after Authorization: Bearer; shown only here.", {
          max: 256,
          example: "the-token-shown-once",
        }),
      },
      { id: "TokenWithSecret", about: "A token with the secret that is shown once." },
    ),
  },
  errors: ["FORBIDDEN", "CONFLICT"],
});

/** Lists tokens. */
export const listTokens = defineRoute({
  operationId: "listTokens",
  method: "GET",
  path: "/v1/tokens",
  tag: TAG,
  summary: "List tokens",
  description:
    "Lists the caller's own tokens, and for an admin everybody's, the newest first; revoked ones stay for 90 days.",
  access: "authenticated",
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of tokens.",
    body: page(
      "TokenPage",
      "A page of tokens.",
      open(tokenShape, { id: "Token", about: "A token without its secret." }),
    ),
  },
});

/** Revokes a token. */
export const revokeToken = defineRoute({
  operationId: "revokeToken",
  method: "DELETE",
  path: "/v1/tokens/{token}",
  tag: TAG,
  summary: "Revoke a token",
  description:
    "Ends a token at once: the next request with it is UNAUTHENTICATED. Revoking it again changes nothing. " +
    "A token can revoke itself, and those of its person that may no more than it.",
  access: "authenticated",
  params: { token: tokenId },
  success: { status: 204, about: "Revoked." },
});
