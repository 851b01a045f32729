import type { WorldOperations } from "../emulator/world-operations.ts";
import { AppleApiError } from "../errors/index.ts";
import type { MessageContent } from "../world/index.ts";
import { readField } from "./read-field.ts";
import { ONE_A_SECOND, TEN_A_SECOND } from "./request-rates.ts";
import type { StorekitCall, StorekitOperation } from "./storekit-operation.ts";

const MESSAGE = "/inApps/v1/messaging/message/:messageIdentifier";
const DEFAULT = "/inApps/v1/messaging/default/:productId/:locale";

/**
 * Returns the operations on messages and default messages.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/upload-message
 * @see https://developer.apple.com/documentation/retentionmessaging/configure-default-message
 */
export function messageOperations(world: WorldOperations): readonly StorekitOperation[] {
  return [
    {
      name: "uploadMessage",
      method: "PUT",
      path: MESSAGE,
      perHour: ONE_A_SECOND,
      async run({ place, segment, readJson }) {
        // The upload itself judges the shape, with Apple's errors.
        const unjudged = (await readJson()) as MessageContent;
        world.uploadMessage(place, segment("messageIdentifier"), unjudged);
      },
    },
    {
      name: "deleteMessage",
      method: "DELETE",
      path: MESSAGE,
      perHour: ONE_A_SECOND,
      run({ place, segment }) {
        world.deleteMessage(place, segment("messageIdentifier"));
      },
    },
    {
      name: "getMessageList",
      method: "GET",
      path: "/inApps/v1/messaging/message/list",
      perHour: ONE_A_SECOND,
      run: ({ place }) => ({
        messageIdentifiers: world.messages(place).map(({ messageIdentifier, state }) => ({
          messageIdentifier,
          messageState: state,
        })),
      }),
    },
    {
      name: "configureDefaultMessage",
      method: "PUT",
      path: DEFAULT,
      perHour: TEN_A_SECOND,
      async run({ readJson, ...call }) {
        const messageIdentifier = readField(await readJson(), "messageIdentifier");
        if (messageIdentifier === undefined) {
          throw new AppleApiError("GENERAL_BAD_REQUEST", "Expected a messageIdentifier.");
        }
        world.configureDefault(call.place, { ...defaultPlaceOf(call), messageIdentifier });
      },
    },
    {
      name: "getDefaultMessage",
      method: "GET",
      path: DEFAULT,
      perHour: ONE_A_SECOND,
      run: (call) => ({
        messageIdentifier: world.getDefault(call.place, defaultPlaceOf(call)),
      }),
    },
    {
      name: "deleteDefaultMessage",
      method: "DELETE",
      path: DEFAULT,
      perHour: ONE_A_SECOND,
      run(call) {
        world.deleteDefault(call.place, defaultPlaceOf(call));
      },
    },
  ];
}

function defaultPlaceOf({ segment }: Pick<StorekitCall, "segment">) {
  return { productId: segment("productId"), locale: segment("locale") };
}
