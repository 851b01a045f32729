import { issueSchema, MAX_ISSUES } from "../errors/api-error-schema.ts";
import { id, sha256Hex } from "../fields/identifiers.ts";
import { flag, moment, whole } from "../fields/number-fields.ts";
import { list, open, record } from "../fields/object-fields.ts";
import { lines, text } from "../fields/text-fields.ts";
import { personId } from "./access-fields.ts";

/** The longest flow document, in UTF-16 code units: what the flow language reads at most. */
const MAX_SOURCE_LENGTH = 8 * 1024 * 1024;

/** The longest body with a document: up to three bytes for each of its characters in UTF-8. */
export const MAX_SOURCE_BODY_BYTES = 24 * 1024 * 1024;

/** A flow document as written. */
export const source = lines("The flow document as written: YAML or JSON, comments and all.", {
  max: MAX_SOURCE_LENGTH,
  example:
    "version: 1\napp: com.example.yoga\nmessages: {}\nrules: []\nfallback: { message: stay }\n",
});

/** A path as a document writes it. */
const filePath = text("A path below the document's folder.", { max: 1024, example: "stay.png" });

/** What belongs to a document beside it. */
export const documentFiles = {
  files: record("The texts of the files that `messageFiles` names, by path.", [filePath, source], {
    max: 200,
  })
    .meta({ examples: [{ "messages/stay.yaml": "stay:\n  defaultLocale: en-US\n" }] })
    .default({}),
  images: record(
    "The image files that the document names: the SHA-256 of each, by path. keepImageFile takes them first.",
    [filePath, sha256Hex("The SHA-256 of the file.")],
    { max: 2000 },
  )
    .meta({
      examples: [
        { "stay.png": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
      ],
    })
    .default({}),
};

/** The number of a version. */
export const versionNumber = whole("The version's number: 1 for an app's first.", {
  min: 1,
  max: Number.MAX_SAFE_INTEGER,
  example: 42,
});

/** A draft's id. */
export const draftId = id("The draft's id.", "draft_3nTu");

/** Why something is done, for those who come later. */
export const note = lines("Why, for those who come later.", {
  max: 2000,
  example: "Half price for yearly subscribers in December.",
});

/** A snapshot's identity. */
export const snapshotHash = sha256Hex(
  "The snapshot's identity: the SHA-256 of its canonical JSON.",
);

/** What validation found. */
const issues = list("What validation found, in the order of the document.", issueSchema, {
  max: MAX_ISSUES,
});

/** The end of a validation. */
export const validationSchema = open(
  {
    isPublishable: flag("Whether there is no error, so that it could be published."),
    issues,
  },
  { id: "Validation", about: "What validating a flow gave." },
);

/** A version of an app's flow, without its document. */
export const versionShape = {
  version: versionNumber,
  note: note.optional(),
  createdBy: personId.meta({ description: "The id of the person or the token that saved it." }),
  createdAt: moment("When it was saved."),
};
