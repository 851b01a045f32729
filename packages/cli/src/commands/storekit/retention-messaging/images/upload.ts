import { inspectPng } from "@holdfast/appstore/images";
import type { Command } from "../../../../command.ts";
import { readBytes } from "../../../../files.ts";
import { requireSound } from "../../../../storekit/check-values.ts";
import { IMAGE_ID_OPTION, requireIdentifier } from "../../../../storekit/identifier-option.ts";
import { printMutation } from "../../../../storekit/mutation.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import {
  requireEnvironment,
  STOREKIT_OPTIONS,
  STOREKIT_OUTPUT,
} from "../../../../storekit/storekit-options.ts";
import { IF_EXISTS_OPTION, uploadUnlessThere } from "../../../../storekit/uploads.ts";

const SIZES = ["FULL_SIZE", "BULLET_POINT"] as const;

/** `holdfast storekit retention-messaging images upload` */
export const upload: Command = {
  summary: "Upload an image",
  description:
    "A PNG without transparency: FULL_SIZE is 3840 pixels wide and 160 to 2160 high, BULLET_POINT 1024 by 1024. It is decoded and checked before anything is sent. " +
    "Apple reviews it; in the sandbox it is approved at once.",
  options: [
    IMAGE_ID_OPTION,
    { flags: "--file <png>", description: "the image; required", required: true },
    {
      flags: "--image-size <size>",
      description: "what it is for",
      choices: SIZES,
      default: "FULL_SIZE",
    },
    IF_EXISTS_OPTION,
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_OUTPUT,
  afterInterruption:
    "it may be at Apple already: run it again with --if-exists skip, or look with holdfast storekit retention-messaging images list",
  examples: [
    {
      line: "holdfast storekit retention-messaging images upload --image-id 11111111-1111-4111-8111-111111111111 --file retention.png --environment sandbox",
      does: "a message's picture",
    },
    {
      line: "holdfast storekit retention-messaging images upload --image-id 22222222-2222-4222-8222-222222222222 --file check.png --image-size BULLET_POINT --if-exists skip --environment production",
      does: "a bullet point's picture, unless it is there",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const identifier = requireIdentifier(options, "image-id", io);
    const file = options.required("file");
    const imageSize = options.choice("image-size", SIZES) ?? "FULL_SIZE";
    requireEnvironment(options);
    const png = await readBytes(io, file);
    requireSound(`--file ${file}`, inspectPng(png, imageSize).problems, io);
    const client = await openRetentionMessaging(options, io);
    const action = await uploadUnlessThere(options, () =>
      client.uploadImage(identifier, png, { imageSize, signal: io.signal }),
    );
    const { environment } = client;
    printMutation(input, io, { resource: "image", identifier, action, environment });
    return 0;
  },
};
