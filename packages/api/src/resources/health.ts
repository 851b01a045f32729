import { defineRoute } from "../contract/define-route.ts";
import { flag, moment } from "../fields/number-fields.ts";
import { list, open } from "../fields/object-fields.ts";
import { choice, lines, text } from "../fields/text-fields.ts";

const TAG = "Health";

/** Tells whether the control plane works. */
export const readHealth = defineRoute({
  operationId: "readHealth",
  method: "GET",
  path: "/v1/health",
  tag: TAG,
  summary: "Does it work?",
  description:
    "Tells whether the control plane can serve; UNAVAILABLE where it cannot. Says nothing that outsiders should not know. Runtimes have a health of their own, for they answer Apple without the control plane.",
  access: "public",
  success: {
    status: 200,
    about: "It works.",
    body: open({ isOk: flag("Always true.") }, { id: "Health", about: "That it works." }),
  },
});

/** Tells how the parts of the control plane are. */
export const readStatus = defineRoute({
  operationId: "readStatus",
  method: "GET",
  path: "/v1/status",
  tag: TAG,
  summary: "How are its parts?",
  description:
    "Tells the release, and how the store and each recurring job are: for whoever runs it.",
  access: "viewer",
  success: {
    status: 200,
    about: "How it is.",
    body: open(
      {
        release: text("The release of Holdfast.", { max: 64, example: "0.1.0" }),
        startedAt: moment("When it started."),
        store: choice("What it stores in.", ["sqlite", "postgres"]),
        jobs: list(
          "The recurring jobs.",
          open(
            {
              name: text("The job's name.", { max: 64, example: "syncCatalog" }),
              state: choice("How its last run ended.", ["never", "running", "succeeded", "failed"]),
              lastRunAt: moment("When it last began; absent before.").optional(),
              nextRunAt: moment("When it begins again.").optional(),
              problem: text("Our code for why it failed.", {
                max: 64,
                example: "APPLE_UNREACHABLE",
              }).optional(),
            },
            { id: "JobStatus", about: "How a recurring job is." },
          ),
          { max: 100 },
        ),
        warnings: list(
          "What whoever runs it should know.",
          lines("A warning.", {
            max: 2000,
            example: "yoga production trusts a root that is not Apple's",
          }),
          { max: 100 },
        ),
      },
      { id: "Status", about: "How the control plane is." },
    ),
  },
});
