import type { AppleApiError } from "../../http/index.ts";
import type { Call, SendCall } from "./calls.ts";
import { confirmUpload } from "./confirm-upload.ts";
import { isNotFound } from "./known-refusals.ts";
import { parseImageList, parseMessageList } from "./parse-answers.ts";
import type { CallOptions, RetentionMessagingClient } from "./retention-messaging-client.ts";

/** The calls about images and messages. */
type ContentCalls = Pick<
  RetentionMessagingClient,
  | "uploadImage"
  | "deleteImage"
  | "getImageList"
  | "uploadMessage"
  | "deleteMessage"
  | "getMessageList"
>;

/** What the calls about images and messages need. */
export interface ContentCallsOptions {
  readonly send: SendCall;
  /** Milliseconds an attempt to upload an image may take. */
  readonly uploadTimeoutMs: number;
  /** Whether an upload whose effect is unknown, and which is not listed, may be made once more. */
  readonly mayRepeat: (failure: AppleApiError) => boolean;
}

/** Returns the calls about images and messages. */
export function createContentCalls(options: ContentCallsOptions): ContentCalls {
  const { send, uploadTimeoutMs, mayRepeat } = options;
  const getImageList: ContentCalls["getImageList"] = async (call) =>
    parseImageList(
      await send({ name: "getImageList", method: "GET", path: ["image", "list"] }, call),
    );
  const getMessageList: ContentCalls["getMessageList"] = async (call) =>
    parseMessageList(
      await send({ name: "getMessageList", method: "GET", path: ["message", "list"] }, call),
    );
  return {
    getImageList,
    getMessageList,
    uploadImage: async (imageIdentifier, png, { imageSize = "FULL_SIZE", ...call } = {}) =>
      confirmUpload({
        upload: () =>
          send(
            {
              name: "uploadImage",
              method: "PUT",
              path: ["image", imageIdentifier],
              // Apple's default is UNCONFIRMED, so it is always said.
              query: new URLSearchParams({ imageSize }),
              body: { bytes: new Uint8Array(png), contentType: "image/png" },
              timeoutMs: uploadTimeoutMs,
            },
            call,
          ),
        isListed: async () => {
          const { imageIdentifiers = [] } = await getImageList(call);
          return imageIdentifiers.some((item) => item.imageIdentifier === imageIdentifier);
        },
        mayRepeat,
      }),
    uploadMessage: async (messageIdentifier, message, call) =>
      confirmUpload({
        upload: () =>
          send(
            {
              name: "uploadMessage",
              method: "PUT",
              path: ["message", messageIdentifier],
              body: { json: message },
            },
            call,
          ),
        isListed: async () => {
          const { messageIdentifiers = [] } = await getMessageList(call);
          return messageIdentifiers.some((item) => item.messageIdentifier === messageIdentifier);
        },
        mayRepeat,
      }),
    deleteImage: (imageIdentifier, call) =>
      deleteOnce(send, { name: "deleteImage", path: ["image", imageIdentifier] }, call),
    deleteMessage: (messageIdentifier, call) =>
      deleteOnce(send, { name: "deleteMessage", path: ["message", messageIdentifier] }, call),
  };
}

/**
 * Deletes. At Apple the second of two deletions is refused, but it leaves things as one does, so it
 * may be repeated; "not found" after an attempt whose effect is unknown means that it was done.
 */
async function deleteOnce(
  send: SendCall,
  call: Pick<Call, "name" | "path">,
  options: CallOptions | undefined,
): Promise<void> {
  try {
    await send({ ...call, method: "DELETE", idempotent: true }, options);
  } catch (error) {
    if (!isNotFound(error) || error.effect !== "unknown") throw error;
  }
}
