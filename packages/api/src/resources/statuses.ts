import { defineRoute } from "../contract/define-route.ts";
import { decimal, moment, whole } from "../fields/number-fields.ts";
import { open } from "../fields/object-fields.ts";
import { text } from "../fields/text-fields.ts";
import { CONTENT_PATH, contentParams } from "./content-fields.ts";

function waiting(about: string, example: number) {
  return whole(about, { min: 0, max: Number.MAX_SAFE_INTEGER, example });
}

/** Reads how asking Apple for statuses goes. */
export const readStatusQueue = defineRoute({
  operationId: "readStatusQueue",
  method: "GET",
  path: `${CONTENT_PATH}/status-queue`,
  tag: "Subscribers",
  summary: "Read the queue of statuses",
  description:
    "Tells of how many subscriptions Apple is still to be asked for the status or the transactions, why, how fast that goes, and what last went wrong with it. Each is counted once, for its most urgent reason, and those that Apple is asked about again later are among them.",
  access: "viewer",
  params: contentParams,
  success: {
    status: 200,
    about: "The queue.",
    body: open(
      {
        waiting: open(
          {
            unknown: waiting("Answered without anything being known of them.", 12),
            outcome: waiting("Whose outcome needs it.", 340),
            import: waiting("Imported.", 128_960),
            history: waiting("Whose status is known, and whose transactions are to be read.", 77),
          },
          { id: "StatusQueueWaiting", about: "How many wait for Apple to be asked, by reason." },
        ),
        oldestDueAt: moment(
          "Since when the one is due that waits longest; absent where nobody is due.",
        ).optional(),
        ratePerSecond: decimal(
          "How many statuses a second were fetched when there was last work; absent where there was none.",
          { min: 0, max: 1_000_000, example: 24.6 },
        ).optional(),
        pausedUntil: moment(
          "Until when Apple is left alone, because it asked for that or does not accept our key; absent where it is not.",
        ).optional(),
        lastProblem: open(
          {
            code: text("Our code, or Apple's name of its error.", {
              max: 128,
              example: "RateLimitExceededError",
            }),
            at: moment("When."),
          },
          { id: "StatusQueueProblem", about: "The last answer that was none to use." },
        ).optional(),
      },
      { id: "StatusQueue", about: "Whom Apple is still to be asked about." },
    ),
  },
});
