import * as z from "zod";
import { choice, lines, openChoice, text } from "../fields/text-fields.ts";
import { flag, sequence, whole } from "../fields/number-fields.ts";
import { list, open } from "../fields/object-fields.ts";

/** The most issues of one error. */
export const MAX_ISSUES = 500;

/** The most characters of a message. */
export const MAX_MESSAGE_LENGTH = 2000;

const step = z.union([
  z.string().max(255).meta({ description: "A member's name." }),
  z.int().min(0).meta({ description: "An array's index." }),
]);

/** One thing that is wrong with what was sent: the shape flow issues have everywhere. */
export const issueSchema = open(
  {
    path: list("Where it is, from the top: names and indexes.", step, { max: 80 }).meta({
      examples: [["body", "name"]],
    }),
    message: lines("What was expected, and what came.", {
      max: MAX_MESSAGE_LENGTH,
      example: "expected a text, got a number",
    }),
    code: openChoice("What kind of issue it is; flows have it.", ["UNKNOWN_KEY"]).optional(),
    severity: choice("Whether it keeps the flow from being used.", [
      "error",
      "warning",
      "note",
    ]).optional(),
    line: whole("The line in the document, from 1.", {
      min: 1,
      max: 10_000_000,
      example: 12,
    }).optional(),
    column: whole("The column in the line, from 1.", {
      min: 1,
      max: 10_000_000,
      example: 5,
    }).optional(),
    file: text("The document's file, where it had one.", {
      max: 1024,
      example: "flow.yaml",
    }).optional(),
  },
  { id: "Issue", about: "One thing that is wrong." },
);

/** One thing that is wrong. */
export type ApiIssue = z.output<typeof issueSchema>;

const appleAnswerSchema = open(
  {
    status: whole("The HTTP status of Apple's answer.", { min: 100, max: 599, example: 403 }),
    errorCode: whole("Apple's number.", {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      example: 4_030_017,
    }).optional(),
    errorName: text("Apple's name for it.", {
      max: 128,
      example: "MessageNotApprovedError",
    }).optional(),
    errorMessage: lines("Apple's words.", {
      max: MAX_MESSAGE_LENGTH,
      example: "The message is not approved.",
    }).optional(),
    isRetryable: flag("Whether the same call can succeed later.", false).optional(),
  },
  { about: "What Apple answered." },
);

const currentSchema = open(
  {
    etag: text("The resource's ETag of now.", { max: 200, example: '"7"' }).optional(),
    sequence: sequence("The sequence that is live now.").optional(),
    summary: lines("What is different, for people.", {
      max: 10_000,
      example: "renamed by kim@example.com a minute ago",
    }).optional(),
  },
  { about: "How the resource stands now, where somebody else was first." },
);

/**
 * The body of every answer that is no success: `{"error": {code, message, …}}`.
 *
 * RFC 9457's problem details were the other choice. This one is what the command line prints on standard
 * error, so that a script reads `.error.code` and `.error.issues` whoever it asked; and a problem's `type`,
 * `title` and `status` would say the code, its meaning and the status line a second time.
 */
export const errorBodySchema = open(
  {
    error: open(
      {
        code: openChoice("Stable; the thing to branch on.", ["INPUT_INVALID"]),
        message: lines("For people: what was expected, and what came.", {
          max: MAX_MESSAGE_LENGTH,
          example: "createApp: 1 issue in what was sent",
        }),
        advice: lines("What to do about it.", {
          max: MAX_MESSAGE_LENGTH,
          example: "mend what the issues name and send it again",
        }).optional(),
        issues: list("Everything that is wrong with what was sent.", issueSchema, {
          max: MAX_ISSUES,
        }).optional(),
        current: currentSchema.optional(),
        apple: appleAnswerSchema.optional(),
        requestId: text("Under which the server's log has this request.", {
          max: 64,
          example: "01JD2K6W7M",
        }).optional(),
      },
      { about: "What went wrong." },
    ),
  },
  { id: "Error", about: "What every answer that is no success has as its body." },
);

/** The body of every answer that is no success. */
export type ApiErrorBody = z.output<typeof errorBodySchema>;

/** What an error says beside its code and its message. */
export type ApiErrorFacts = Partial<Omit<ApiErrorBody["error"], "code" | "message">>;
