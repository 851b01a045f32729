import { REALTIME_URL_MAX_CHARACTERS } from "@holdfast/appstore/retention-messaging";
import { defineRoute } from "../contract/define-route.ts";
import { httpsUrl, id } from "../fields/identifiers.ts";
import { flag, moment } from "../fields/number-fields.ts";
import { open, strict } from "../fields/object-fields.ts";
import { text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { personId } from "./access-fields.ts";
import { CONTENT_PATH, contentParams } from "./content-fields.ts";

const TAG = "Real-time URL";

/** CONFLICT: the app has no In-App Purchase key to ask Apple with. */
const APPLE = ["CONFLICT", "APPLE_REFUSED", "APPLE_UNREACHABLE"] as const;

const realtimeURL = httpsUrl("The URL that Apple asks.", {
  max: REALTIME_URL_MAX_CHARACTERS,
  example: "https://retention.example.com/apple/retention/yoga/production",
});

/** As Apple gives it, which may be set elsewhere: only what is sent is held to our rules. */
const seenUrl = (about: string) =>
  text(about, {
    max: 2048,
    example: "https://retention.example.com/apple/retention/yoga/production",
  });

const realtimeUrlSchema = open(
  {
    realtimeURL: seenUrl("The URL; absent where Apple has none.").optional(),
    seenAt: moment("When Apple was last asked."),
  },
  { id: "RealtimeUrl", about: "The URL that Apple asks, as Apple has it." },
);

const changeId = id("The change's id.", "url_8kPz");

/** Reads the real-time URL. */
export const readRealtimeUrl = defineRoute({
  operationId: "readRealtimeUrl",
  method: "GET",
  path: `${CONTENT_PATH}/realtime-url`,
  tag: TAG,
  summary: "Read the real-time URL",
  description: "Asks Apple which URL it asks, and answers with an ETag for changing it.",
  access: "viewer",
  params: contentParams,
  etag: "returned",
  success: { status: 200, about: "The URL at Apple.", body: realtimeUrlSchema },
  errors: APPLE,
});

/** Sets the real-time URL. */
export const configureRealtimeUrl = defineRoute({
  operationId: "configureRealtimeUrl",
  method: "PUT",
  path: `${CONTENT_PATH}/realtime-url`,
  tag: TAG,
  summary: "Set the real-time URL",
  description:
    "Sets the URL that Apple asks, and remembers the one before. Production needs a performance test passed in the sandbox; Apple refuses otherwise (4030026).",
  access: "publisher",
  params: contentParams,
  body: strict({ realtimeURL }, { id: "RealtimeUrlConfiguration", about: "The URL to set." }),
  etag: "required",
  success: { status: 200, about: "The URL at Apple.", body: realtimeUrlSchema },
  errors: APPLE,
});

/** Deletes the real-time URL. */
export const deleteRealtimeUrl = defineRoute({
  operationId: "deleteRealtimeUrl",
  method: "DELETE",
  path: `${CONTENT_PATH}/realtime-url`,
  tag: TAG,
  summary: "Delete the real-time URL",
  description:
    "Makes Apple ask nobody: it falls back by itself. The URL is remembered and can be set again.",
  access: "publisher",
  params: contentParams,
  etag: "required",
  success: { status: 204, about: "Apple asks nobody." },
  errors: APPLE,
});

/** Lists earlier URLs. */
export const listRealtimeUrlChanges = defineRoute({
  operationId: "listRealtimeUrlChanges",
  method: "GET",
  path: `${CONTENT_PATH}/realtime-url/changes`,
  tag: TAG,
  summary: "List earlier URLs",
  description:
    "Lists the changes of the URL, the newest first, those made elsewhere as far as they were seen.",
  access: "viewer",
  params: contentParams,
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of changes.",
    body: page(
      "RealtimeUrlChangePage",
      "A page of changes.",
      open(
        {
          id: changeId,
          at: moment("When it was changed, or seen to have been."),
          before: seenUrl("The URL before; absent without one.").optional(),
          after: seenUrl("The URL after; absent without one.").optional(),
          changedBy: personId
            .meta({ description: "Who changed it; absent where it was changed elsewhere." })
            .optional(),
          isConfirmed: flag(
            "Whether Apple is known to have made it. False while a change is on its way, and after one that was cut off until Apple is asked again.",
          ),
        },
        { id: "RealtimeUrlChange", about: "One change of the URL." },
      ),
    ),
  },
});

/** Sets an earlier URL again. */
export const rollBackRealtimeUrl = defineRoute({
  operationId: "rollBackRealtimeUrl",
  method: "POST",
  path: `${CONTENT_PATH}/realtime-url/rollback`,
  tag: TAG,
  summary: "Set an earlier URL again",
  description:
    "Sets the URL again that there was before a change. CONFLICT where there was none: delete the URL then.",
  access: "publisher",
  params: contentParams,
  body: strict(
    { change: changeId },
    { id: "RealtimeUrlRollback", about: "The change to take back." },
  ),
  etag: "required",
  success: { status: 200, about: "The URL at Apple.", body: realtimeUrlSchema },
  errors: APPLE,
});
