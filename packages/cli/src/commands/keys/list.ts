import { createListKeys } from "../../app-keys/key-commands.ts";
import { IN_APP_PURCHASE_KEYS } from "../../app-keys/key-kind.ts";

/** `holdfast keys list` */
export const list = createListKeys(IN_APP_PURCHASE_KEYS);
