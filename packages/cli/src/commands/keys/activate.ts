import { createActivateKey } from "../../app-keys/key-commands.ts";
import { IN_APP_PURCHASE_KEYS } from "../../app-keys/key-kind.ts";

/** `holdfast keys activate` */
export const activate = createActivateKey(IN_APP_PURCHASE_KEYS);
