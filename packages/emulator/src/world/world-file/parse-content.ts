import { EmulatorError } from "../../errors/index.ts";
import type { AppStoreConnectMessage, InitialContent } from "../app-definition.ts";
import { parseMessageContent } from "../message-content.ts";
import { offerMode, period } from "./parse-catalog.ts";
import { listOf, objectOf, oneOf, type Parse, recordOf, text } from "./parse.ts";
import { LOCALE, UUID } from "./text-kinds.ts";

const uuid = text(UUID);

const messageFields = objectOf({ messageIdentifier: uuid, header: text(), body: text() }, {});

/** A message within Apple's limits. */
const message: Parse<ReturnType<typeof messageFields>> = (value, at) => {
  const before = at.issues.length;
  const fields = messageFields(value, at);
  if (at.issues.length > before) return fields;
  try {
    parseMessageContent(fields);
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error;
    at.issues.push(`${at.path}: Apple would refuse it as ${error.code}: ${error.message}`);
  }
  return fields;
};

const connectFields = objectOf(
  {
    referenceName: text(),
    localizations: recordOf(objectOf({ header: text(), body: text() }, {}), LOCALE),
  },
  {
    state: oneOf("PENDING", "APPROVED", "REJECTED"),
    retentionOffer: objectOf({ offerIdentifier: text(), mode: offerMode, period }, {}),
  },
);

/** A message of App Store Connect, APPROVED unless the file says otherwise. */
const appStoreConnectMessage: Parse<AppStoreConnectMessage> = (value, at) => {
  const before = at.issues.length;
  const fields = connectFields(value, at);
  if (at.issues.length === before && Object.keys(fields.localizations).length === 0) {
    at.issues.push(`${at.path}.localizations: expected at least one, got none`);
  }
  return { state: "APPROVED", ...fields };
};

/** What an app has at Apple from the beginning. */
export const content: Parse<InitialContent> = objectOf(
  {},
  {
    messages: listOf(message),
    images: listOf(uuid),
    defaults: listOf(
      objectOf(
        {
          productId: text(),
          locale: text(LOCALE),
          messageIdentifier: uuid,
        },
        {},
      ),
    ),
    appStoreConnectMessages: listOf(
      objectOf({ productId: text(), message: appStoreConnectMessage }, {}),
    ),
  },
);
