import { createActivateKey } from "../../app-keys/key-commands.ts";
import { CONNECT_KEYS } from "../../app-keys/key-kind.ts";

/** `holdfast connect-keys activate` */
export const activate = createActivateKey(CONNECT_KEYS);
