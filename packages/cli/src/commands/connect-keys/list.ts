import { createListKeys } from "../../app-keys/key-commands.ts";
import { CONNECT_KEYS } from "../../app-keys/key-kind.ts";

/** `holdfast connect-keys list` */
export const list = createListKeys(CONNECT_KEYS);
