import { defineRoute } from "../contract/define-route.ts";
import { choice, text } from "../fields/text-fields.ts";
import { email, id } from "../fields/identifiers.ts";
import { flag, moment } from "../fields/number-fields.ts";
import { open, strict } from "../fields/object-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import {
  appScope,
  newPassword,
  oneTimeCode,
  password,
  personId,
  personName,
} from "./access-fields.ts";

const sessionSchema = open(
  {
    kind: choice("Who is calling: a person who signed in, or a token.", ["person", "token"]),
    id: personId.meta({ description: "The person's or the token's id." }),
    name: text("The person's or the token's name.", { max: 120, example: "Kim Lee" }),
    role: choice("What the caller may do.", ["viewer", "editor", "publisher", "admin", "runtime"]),
    apps: appScope,
    expiresAt: moment(
      "When the session or the token ends; absent for a token without an end.",
    ).optional(),
  },
  { id: "Session", about: "Who is calling, and what they may do." },
);

const TAG = "Setup and sessions";

/** Tells whether the first admin is still to be made. */
export const readSetup = defineRoute({
  operationId: "readSetup",
  method: "GET",
  path: "/v1/setup",
  tag: TAG,
  summary: "Is it set up?",
  description:
    "Tells whether the first admin is there. Until then everything but this, createFirstAdmin and readHealth answers UNAUTHENTICATED.",
  access: "public",
  success: {
    status: 200,
    about: "Whether it is set up.",
    body: open(
      { isDone: flag("Whether there is an admin.") },
      { id: "Setup", about: "How far the first setup is." },
    ),
  },
});

/** Makes the first admin. */
export const createFirstAdmin = defineRoute({
  operationId: "createFirstAdmin",
  method: "POST",
  path: "/v1/setup",
  tag: TAG,
  summary: "Make the first admin",
  description:
    "Makes the first admin with the one-time code of the link that the server printed at its first start, and signs them in. There is no default password. A wrong code is UNAUTHENTICATED; once there is an admin the answer is CONFLICT.",
  access: "public",
  body: strict(
    {
      code: oneTimeCode("The one-time code of the setup link."),
      email,
      name: personName,
      password: newPassword,
    },
    { id: "FirstAdmin", about: "The first admin." },
  ),
  success: {
    status: 201,
    about: "The admin is made; the session's cookie is set.",
    body: sessionSchema,
  },
  errors: ["UNAUTHENTICATED", "CONFLICT"],
});

/** Signs a person in. */
export const createSession = defineRoute({
  operationId: "createSession",
  method: "POST",
  path: "/v1/session",
  tag: TAG,
  summary: "Sign in",
  description:
    "Signs a person in by a cookie that scripts cannot read. Unknown addresses, wrong passwords and disabled people are answered alike, with UNAUTHENTICATED.",
  access: "public",
  body: strict({ email, password }, { id: "Credentials", about: "Who signs in." }),
  success: { status: 201, about: "Signed in; the session's cookie is set.", body: sessionSchema },
  errors: ["UNAUTHENTICATED"],
});

/** Tells who is calling. */
export const readSession = defineRoute({
  operationId: "readSession",
  method: "GET",
  path: "/v1/session",
  tag: TAG,
  summary: "Who am I?",
  description: "Tells who is calling and what they may do, for people and tokens alike.",
  access: "authenticated",
  success: { status: 200, about: "Who is calling.", body: sessionSchema },
});

/** Signs a person out. */
export const deleteSession = defineRoute({
  operationId: "deleteSession",
  method: "DELETE",
  path: "/v1/session",
  tag: TAG,
  summary: "Sign out",
  description:
    "Ends the session and takes its cookie away. A token is not ended by this, but by revokeToken.",
  access: "authenticated",
  success: { status: 204, about: "Signed out." },
});

const sessionId = id("The session's id; opens nothing.", "session_5Rk8");

/** Lists the caller's sessions. */
export const listSessions = defineRoute({
  operationId: "listSessions",
  method: "GET",
  path: "/v1/sessions",
  tag: TAG,
  summary: "List one's sessions",
  description: "Lists where the caller is signed in, the newest first.",
  access: "authenticated",
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of sessions.",
    body: page(
      "SessionPage",
      "A page of sessions.",
      open(
        {
          id: sessionId,
          userAgent: text("The browser, as it names itself; absent where it does not.", {
            max: 200,
            example: "Mozilla/5.0",
          }).optional(),
          isCurrent: flag("Whether it is the one this request came with."),
          createdAt: moment("When it began."),
          lastSeenAt: moment("When it was last used, to the minute."),
          expiresAt: moment("When it ends at the latest."),
        },
        { id: "SessionEntry", about: "A place where somebody is signed in." },
      ),
    ),
  },
});

/** Ends one of the caller's sessions. */
export const revokeSession = defineRoute({
  operationId: "revokeSession",
  method: "DELETE",
  path: "/v1/sessions/{session}",
  tag: TAG,
  summary: "End one of one's sessions",
  description:
    "Ends a session of the caller's at once: the next request with it is UNAUTHENTICATED. " +
    "A token can where it may as much as its person.",
  access: "authenticated",
  params: { session: sessionId },
  success: { status: 204, about: "Ended." },
});

/** Sets the caller's own password. */
export const changePassword = defineRoute({
  operationId: "changePassword",
  method: "PUT",
  path: "/v1/session/password",
  tag: TAG,
  summary: "Change one's password",
  description:
    "Sets the caller's own password and ends their other sessions. Tokens have no password: FORBIDDEN.",
  access: "authenticated",
  body: strict(
    { currentPassword: password, newPassword },
    { id: "PasswordChange", about: "The password of now and the one to come." },
  ),
  success: { status: 204, about: "Changed." },
  errors: ["FORBIDDEN"],
});

/** Makes a person of an invitation. */
export const acceptInvitation = defineRoute({
  operationId: "acceptInvitation",
  method: "POST",
  path: "/v1/session/invitation",
  tag: TAG,
  summary: "Accept an invitation",
  description:
    "Makes a person of an invitation, with the one-time code of its link, and signs them in. A wrong, used or expired code is UNAUTHENTICATED.",
  access: "public",
  body: strict(
    {
      code: oneTimeCode("The one-time code of the invitation's link."),
      name: personName,
      password: newPassword,
    },
    { id: "InvitationAcceptance", about: "The person who was invited." },
  ),
  success: {
    status: 201,
    about: "The person is made; the session's cookie is set.",
    body: sessionSchema,
  },
  errors: ["UNAUTHENTICATED"],
});
