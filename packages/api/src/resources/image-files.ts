import { defineRoute } from "../contract/define-route.ts";
import { appId, sha256Hex } from "../fields/identifiers.ts";
import { whole } from "../fields/number-fields.ts";
import { open, strict } from "../fields/object-fields.ts";
import { patterned } from "../fields/text-fields.ts";

const TAG = "Drafts";

/** The largest PNG that is taken, in base64; how large Apple's limit is, is UNCONFIRMED. */
const MAX_IMAGE_BASE64 = 16 * 1024 * 1024;

const png = patterned("The PNG file in base64.", {
  pattern: /^iVBORw0KGgo[A-Za-z0-9+/]*={0,2}$/,
  expected: "a PNG file in base64, which begins with iVBORw0KGgo",
  max: MAX_IMAGE_BASE64,
  example: "iVBORw0KGgoAAAANSUhEUgAADwAAAACgCAIAAADnZ6RrAAAAAElFTkSuQmCC",
});

const sha256 = sha256Hex("The SHA-256 of the file, by which drafts and versions name it.");

/** Keeps an image file. */
export const keepImageFile = defineRoute({
  operationId: "keepImageFile",
  method: "POST",
  path: "/v1/apps/{app}/image-files",
  tag: TAG,
  summary: "Keep an image file",
  description:
    "Keeps an image file that a document names, for drafts and versions to refer to by its hash. The same bytes are kept once. Nothing is uploaded to Apple.",
  access: "editor",
  params: { app: appId },
  body: strict({ png }, { id: "NewImageFile", about: "The image file." }),
  maxBodyBytes: MAX_IMAGE_BASE64 + 4096,
  isCreation: true,
  success: {
    status: 201,
    about: "It is kept.",
    body: open(
      {
        sha256,
        sizeBytes: whole("Its size in bytes.", { min: 1, max: MAX_IMAGE_BASE64, example: 48_213 }),
      },
      { id: "ImageFile", about: "An image file that is kept." },
    ),
  },
});

/** Reads an image file. */
export const readImageFile = defineRoute({
  operationId: "readImageFile",
  method: "GET",
  path: "/v1/apps/{app}/image-files/{imageFile}",
  tag: TAG,
  summary: "Read an image file",
  description: "Reads an image file that a document names.",
  access: "viewer",
  params: { app: appId, imageFile: sha256 },
  success: {
    status: 200,
    about: "The image file.",
    body: open({ png }, { id: "ImageFileContent", about: "An image file with its content." }),
  },
});
