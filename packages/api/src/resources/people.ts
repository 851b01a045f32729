import { defineRoute } from "../contract/define-route.ts";
import { email, id } from "../fields/identifiers.ts";
import { flag, moment } from "../fields/number-fields.ts";
import { open, strict } from "../fields/object-fields.ts";
import { text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { appScope, personId, personName, role } from "./access-fields.ts";
import { personSchema } from "./person.ts";

const TAG = "People";

const invitationId = id("The invitation's id.", "invitation_4tF9");

const invitationShape = {
  id: invitationId,
  email,
  role,
  apps: appScope,
  invitedBy: personId.meta({ description: "The id of the person who invited." }),
  createdAt: moment("When it was made."),
  expiresAt: moment("When its link ends."),
};

const invitationSchema = open(invitationShape, {
  id: "Invitation",
  about: "A person who was invited and has not joined yet.",
});

/** Invites a person. */
export const createInvitation = defineRoute({
  operationId: "createInvitation",
  method: "POST",
  path: "/v1/invitations",
  tag: TAG,
  summary: "Invite a person",
  description:
    "Makes a link by which a person joins with this role. The link is shown in this answer only; the server sends no mail, so pass it on yourself. CONFLICT where the address belongs to a person already.",
  access: "admin",
  body: strict({ email, role, apps: appScope }, { id: "NewInvitation", about: "Whom to invite." }),
  isCreation: true,
  success: {
    status: 201,
    about: "The invitation, with its link.",
    body: open(
      {
        ...invitationShape,
        link: text("The link to join by, once; shown only here.", {
          max: 2048,
          example: "https://holdfast.example.com/join#the-code-from-the-link",
        }),
      },
      { id: "InvitationWithLink", about: "An invitation with the link that is shown once." },
    ),
  },
  errors: ["CONFLICT"],
});

/** Lists who was invited. */
export const listInvitations = defineRoute({
  operationId: "listInvitations",
  method: "GET",
  path: "/v1/invitations",
  tag: TAG,
  summary: "List invitations",
  description: "Lists the invitations that are still open, the newest first.",
  access: "admin",
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of invitations.",
    body: page("InvitationPage", "A page of invitations.", invitationSchema),
  },
});

/** Takes an invitation back. */
export const revokeInvitation = defineRoute({
  operationId: "revokeInvitation",
  method: "DELETE",
  path: "/v1/invitations/{invitation}",
  tag: TAG,
  summary: "Take an invitation back",
  description: "Makes an invitation's link useless. Who has joined already is not affected.",
  access: "admin",
  params: { invitation: invitationId },
  success: { status: 204, about: "Its link opens nothing any more." },
});

/** Lists people. */
export const listPeople = defineRoute({
  operationId: "listPeople",
  method: "GET",
  path: "/v1/people",
  tag: TAG,
  summary: "List people",
  description:
    "Lists the people who can sign in, and those who are disabled, by the time they joined.",
  access: "admin",
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of people.",
    body: page("PersonPage", "A page of people.", personSchema),
  },
});

/** Reads a person. */
export const readPerson = defineRoute({
  operationId: "readPerson",
  method: "GET",
  path: "/v1/people/{person}",
  tag: TAG,
  summary: "Read a person",
  description: "Reads one person, with the ETag that editing them needs.",
  access: "admin",
  params: { person: personId },
  etag: "returned",
  success: { status: 200, about: "The person.", body: personSchema },
});

/** Changes what a person may do. */
export const updatePerson = defineRoute({
  operationId: "updatePerson",
  method: "PATCH",
  path: "/v1/people/{person}",
  tag: TAG,
  summary: "Change or disable a person",
  description:
    "Changes what is given and leaves the rest. It counts from the person's next request on; disabling ends their sessions and their tokens. CONFLICT where nobody would be left as an admin of all apps.",
  access: "admin",
  params: { person: personId },
  body: strict(
    {
      name: personName.optional(),
      role: role.optional(),
      apps: appScope.optional(),
      isDisabled: flag("Whether to keep the person from signing in.").optional(),
    },
    { id: "PersonChange", about: "What to change; the rest stays." },
  ),
  etag: "required",
  success: { status: 200, about: "The person as changed.", body: personSchema },
  errors: ["CONFLICT"],
});
