import { createRemoveKey } from "../../app-keys/key-commands.ts";
import { IN_APP_PURCHASE_KEYS } from "../../app-keys/key-kind.ts";

/** `holdfast keys remove` */
export const remove = createRemoveKey(IN_APP_PURCHASE_KEYS);
