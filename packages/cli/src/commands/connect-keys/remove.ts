import { createRemoveKey } from "../../app-keys/key-commands.ts";
import { CONNECT_KEYS } from "../../app-keys/key-kind.ts";

/** `holdfast connect-keys remove` */
export const remove = createRemoveKey(CONNECT_KEYS);
