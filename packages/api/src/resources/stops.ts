import { defineRoute } from "../contract/define-route.ts";
import { flag, moment, sequence } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { text } from "../fields/text-fields.ts";
import { CONTENT_PATH, contentParams, messageIdentifier } from "./content-fields.ts";
import { note } from "./flow-fields.ts";

const TAG = "Stopping";

const WITHIN =
  "It counts within a second on connected Node runtimes, and within 90 seconds on Workers.";

const stoppedOffers = list(
  "Offers that are not given any more, as productId/offerIdentifier.",
  text("A product's id, a slash, and an offer's identifier.", {
    max: 511,
    example: "com.example.yoga.premium.monthly/STAY50",
  }),
  { max: 1000 },
);

const stopListSchema = open(
  {
    sequence: sequence("Its number; stop lists count apart from publications."),
    issuedAt: moment("When it was last changed; absent before the first.").optional(),
    appPaused: flag("Whether every request is answered with the flow's fallback message.", false),
    offersPaused: flag(
      "Whether no offer is given: the response's own fallback is, then the flow's; messages go on.",
      false,
    ),
    stoppedOffers,
    rejectedMessages: list(
      "Messages that Apple rejected; the system keeps this list itself.",
      messageIdentifier,
      { max: 2000 },
    ),
  },
  { id: "StopList", about: "What must not be sent any more, whatever the flow says." },
);

const pauseBody = {
  isWholeApp: flag("Whether everything is meant; false for offers alone.", true),
  note: note.optional(),
};

/** Reads the stop list. */
export const readStopList = defineRoute({
  operationId: "readStopList",
  method: "GET",
  path: `${CONTENT_PATH}/stop-list`,
  tag: TAG,
  summary: "What is stopped?",
  description:
    "Reads what must not be sent any more, with the ETag that changing the stopped offers needs.",
  access: "viewer",
  params: contentParams,
  etag: "returned",
  success: { status: 200, about: "The stop list.", body: stopListSchema },
});

/** Pauses. */
export const pause = defineRoute({
  operationId: "pause",
  method: "POST",
  path: `${CONTENT_PATH}/pause`,
  tag: TAG,
  summary: "Pause",
  description: `Answers every request in an environment with the flow's fallback message, or gives no offers. Needs no ETag, for it is what one does in an emergency; pausing twice changes nothing. ${WITHIN}`,
  access: "publisher",
  params: contentParams,
  body: strict(pauseBody, { id: "Pause", about: "What to pause." }),
  success: { status: 200, about: "The stop list of now.", body: stopListSchema },
});

/** Resumes. */
export const resume = defineRoute({
  operationId: "resume",
  method: "POST",
  path: `${CONTENT_PATH}/resume`,
  tag: TAG,
  summary: "Resume",
  description: `Takes a pause back. Offers that were stopped one by one stay so. ${WITHIN}`,
  access: "publisher",
  params: contentParams,
  body: strict(pauseBody, { id: "Resume", about: "What to resume." }),
  success: { status: 200, about: "The stop list of now.", body: stopListSchema },
});

/** Sets the stopped offers. */
export const stopOffers = defineRoute({
  operationId: "stopOffers",
  method: "PUT",
  path: `${CONTENT_PATH}/stop-list/offers`,
  tag: TAG,
  summary: "Stop single offers",
  description: `Sets which offers are not given any more; an empty list stops none. ${WITHIN}`,
  access: "publisher",
  params: contentParams,
  body: strict(
    { stoppedOffers, note: note.optional() },
    { id: "StoppedOffers", about: "The offers." },
  ),
  // A thousand offers of 511 characters, three bytes each at most.
  maxBodyBytes: 2 * 1024 * 1024,
  etag: "required",
  success: { status: 200, about: "The stop list of now.", body: stopListSchema },
});
