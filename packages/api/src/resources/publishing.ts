import { defineRoute } from "../contract/define-route.ts";
import { appId, environment, id } from "../fields/identifiers.ts";
import { flag, moment, sequence } from "../fields/number-fields.ts";
import { open, strict } from "../fields/object-fields.ts";
import { choice, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { personId } from "./access-fields.ts";
import { CONTENT_PATH, contentParams } from "./content-fields.ts";
import { note, snapshotHash, versionNumber } from "./flow-fields.ts";

const TAG = "Publishing";

const expectedSequence = sequence(
  "The sequence that is live as the caller knows it; 0 where nothing is. Another one live is CONFLICT.",
);

const publicationSchema = open(
  {
    app: appId,
    environment,
    sequence: sequence("Its number: each publication has a higher one, rollbacks too."),
    version: versionNumber,
    snapshot: snapshotHash,
    label: text("A dated name for people.", { max: 200, example: "yoga_production_2026_11_21_3" }),
    kind: choice("How it came to be.", ["publish", "rollback", "schedule", "approvedTexts"]),
    isPinned: flag(
      "Whether the system leaves it as it is: after a rollback, texts that Apple approves later are not added until somebody publishes.",
      false,
    ),
    rolledBackTo: sequence(
      "The sequence it brought back; absent for others than rollbacks.",
    ).optional(),
    note: note.optional(),
    publishedBy: personId
      .meta({ description: "The id of who published; absent where the system did." })
      .optional(),
    publishedAt: moment("When it became live."),
  },
  { id: "Publication", about: "The statement that a snapshot is live." },
);

/** Publishes a version. */
export const publishVersion = defineRoute({
  operationId: "publishVersion",
  method: "POST",
  path: `${CONTENT_PATH}/publications`,
  tag: TAG,
  summary: "Publish a version",
  description:
    "Compiles a version, signs it and makes it live, if what is live is still what the caller thinks: so two who publish at once do not undo each other. FLOW_INVALID where it has errors by now, as when Apple rejected a message; APPROVAL_REQUIRED while approvals are missing.",
  access: "publisher",
  params: contentParams,
  body: strict(
    { version: versionNumber, expectedSequence, note: note.optional() },
    { id: "NewPublication", about: "What to make live." },
  ),
  isCreation: true,
  success: { status: 201, about: "It is live.", body: publicationSchema },
  errors: ["CONFLICT", "APPROVAL_REQUIRED", "FLOW_INVALID"],
});

/** Brings an earlier publication back. */
export const rollBackPublication = defineRoute({
  operationId: "rollBackPublication",
  method: "POST",
  path: `${CONTENT_PATH}/publications/rollback`,
  tag: TAG,
  summary: "Roll back",
  description:
    "Makes the snapshot of an earlier publication live again, under a higher sequence. Needs no approval, for it was live before; messages that Apple rejected since are passed over when answering.",
  access: "publisher",
  params: contentParams,
  body: strict(
    {
      to: sequence("The sequence of the publication to bring back."),
      expectedSequence,
      note: note.optional(),
    },
    { id: "NewRollback", about: "What to bring back." },
  ),
  isCreation: true,
  success: { status: 201, about: "It is live again.", body: publicationSchema },
  errors: ["CONFLICT"],
});

/** Lists publications. */
export const listPublications = defineRoute({
  operationId: "listPublications",
  method: "GET",
  path: `${CONTENT_PATH}/publications`,
  tag: TAG,
  summary: "List publications",
  description:
    "Lists what was live in an environment, the newest first: the first entry is what is live now.",
  access: "viewer",
  params: contentParams,
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of publications.",
    body: page("PublicationPage", "A page of publications.", publicationSchema),
  },
});

const scheduleId = id("The schedule's id.", "schedule_1cRs");

const scheduleSchema = open(
  {
    id: scheduleId,
    version: versionNumber,
    publishAt: moment("When it becomes live."),
    state: choice("How it stands.", ["waiting", "published", "failed", "cancelled"]),
    note: note.optional(),
    problem: text("Our code for why it failed.", { max: 64, example: "FLOW_INVALID" }).optional(),
    createdBy: personId.meta({ description: "The id of who scheduled it." }),
    createdAt: moment("When it was scheduled."),
  },
  { id: "Schedule", about: "A version that becomes live later." },
);

/** Schedules a publication. */
export const createSchedule = defineRoute({
  operationId: "createSchedule",
  method: "POST",
  path: `${CONTENT_PATH}/schedules`,
  tag: TAG,
  summary: "Publish later",
  description:
    "Publishes a version at a moment to come, whatever is live then. It is validated now and again then; what fails then is told by webhook and changes nothing.",
  access: "publisher",
  params: contentParams,
  body: strict(
    {
      version: versionNumber,
      publishAt: moment("When it is to become live: in the future, at most a year ahead."),
      note: note.optional(),
    },
    { id: "NewSchedule", about: "What to publish when." },
  ),
  isCreation: true,
  success: { status: 201, about: "The schedule.", body: scheduleSchema },
  errors: ["CONFLICT", "APPROVAL_REQUIRED", "FLOW_INVALID"],
});

/** Lists schedules. */
export const listSchedules = defineRoute({
  operationId: "listSchedules",
  method: "GET",
  path: `${CONTENT_PATH}/schedules`,
  tag: TAG,
  summary: "List schedules",
  description: "Lists what is to be published, the next first, and then what was.",
  access: "viewer",
  params: contentParams,
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of schedules.",
    body: page("SchedulePage", "A page of schedules.", scheduleSchema),
  },
});

/** Cancels a schedule. */
export const cancelSchedule = defineRoute({
  operationId: "cancelSchedule",
  method: "DELETE",
  path: `${CONTENT_PATH}/schedules/{schedule}`,
  tag: TAG,
  summary: "Cancel a schedule",
  description: "Keeps a version from being published. CONFLICT once it was.",
  access: "publisher",
  params: { ...contentParams, schedule: scheduleId },
  success: { status: 204, about: "Cancelled." },
  errors: ["CONFLICT"],
});
