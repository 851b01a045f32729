import { parseMessageFile } from "@holdfast/appstore/retention-messaging";
import { UsageError } from "@holdfast/appstore/errors";
import type { UploadMessageRequestBody } from "@holdfast/appstore/retention-messaging/client";
import type { Command, Io } from "../../../../command.ts";
import { readText } from "../../../../files.ts";
import { requireSound } from "../../../../storekit/check-values.ts";
import { MESSAGE_ID_OPTION, requireIdentifier } from "../../../../storekit/identifier-option.ts";
import { printMutation } from "../../../../storekit/mutation.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
import {
  requireEnvironment,
  STOREKIT_OPTIONS,
  STOREKIT_OUTPUT,
} from "../../../../storekit/storekit-options.ts";
import { IF_EXISTS_OPTION, uploadUnlessThere } from "../../../../storekit/uploads.ts";

/** `holdfast storekit retention-messaging messages upload` */
export const upload: Command = {
  summary: "Upload a message",
  description:
    "The file is the body of Apple's Upload Message: header (66 characters), body (144), and for a message of text also image, headerPosition and bulletPoints. It is checked before anything is sent. " +
    "A message cannot be changed later: upload another one. Apple reviews it; in the sandbox it is approved at once.",
  options: [
    MESSAGE_ID_OPTION,
    { flags: "--file <json>", description: "the message; - is stdin; required", required: true },
    IF_EXISTS_OPTION,
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_OUTPUT,
  afterInterruption:
    "it may be at Apple already: run it again with --if-exists skip, or look with holdfast storekit retention-messaging messages list",
  examples: [
    {
      line: "holdfast storekit retention-messaging messages upload --message-id 33333333-3333-4333-8333-333333333333 --file message.json --environment sandbox",
      does: "upload one message",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const identifier = requireIdentifier(options, "message-id", io);
    const file = options.required("file");
    requireEnvironment(options);
    const message = await readMessage(io, file);
    const client = await openRetentionMessaging(options, io);
    const action = await uploadUnlessThere(options, () =>
      client.uploadMessage(identifier, message, { signal: io.signal }),
    );
    const { environment } = client;
    printMutation(input, io, { resource: "message", identifier, action, environment });
    return 0;
  },
};

/** @throws UsageError `FILE_UNREADABLE`, and the codes of content that is not sound */
async function readMessage(io: Io, file: string): Promise<UploadMessageRequestBody> {
  const parsed = parseMessageFile(await readText(io, file));
  requireSound(`--file ${file}`, parsed.problems, io);
  if (parsed.ok) return parsed.message;
  throw new UsageError("JSON_MALFORMED", `--file ${file}: expected a message`);
}
