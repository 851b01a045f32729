import { defineRoute } from "../contract/define-route.ts";
import { appId, environment } from "../fields/identifiers.ts";
import { moment } from "../fields/number-fields.ts";
import { list, open } from "../fields/object-fields.ts";
import { choice, text } from "../fields/text-fields.ts";
import { counted } from "./decision-fields.ts";

/** The most days of one answer: more than a year. */
const MAX_DAYS = 400;

/** Lists the days of decisions that were exported. */
export const listDecisionExports = defineRoute({
  operationId: "listDecisionExports",
  method: "GET",
  path: "/v1/apps/{app}/environments/{environment}/decision-exports",
  tag: "Decisions",
  summary: "List exported days",
  description: `Lists the days of decisions that were written to an object store, the newest first, at most ${MAX_DAYS}. A day is written two hours after its end in UTC, and again when decisions of it came later or were erased.`,
  access: "viewer",
  params: { app: appId, environment },
  success: {
    status: 200,
    about: "The days, and where they are written to.",
    body: open(
      {
        destination: text("Where, as this server is configured; absent where it exports nothing.", {
          max: 2048,
          example: "s3://lake/holdfast/",
        }).optional(),
        format: choice("In which form; absent where it exports nothing.", [
          "parquet",
          "ndjson",
        ]).optional(),
        items: list(
          "The days.",
          open(
            {
              day: moment("When the day begins in UTC."),
              decisions: counted("How many decisions were written.", 48_211),
              files: counted("In how many files.", 1),
              bytes: counted("How many bytes these have together.", 2_482_190),
              exportedAt: moment("When it was last written."),
            },
            { id: "DecisionExport", about: "A day of decisions that was exported." },
          ),
          { max: MAX_DAYS },
        ),
      },
      { id: "DecisionExports", about: "Which days of decisions were exported, and where to." },
    ),
  },
});
