import { pauseCommand } from "../going-live/pause-command.ts";

/** `holdfast pause` */
export const pause = pauseCommand("pause");
