import { stopCommand } from "../../workers/stop-command.ts";

/** `holdfast workers pause` */
export const pause = stopCommand("pause");
