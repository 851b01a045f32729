import { pauseCommand } from "../going-live/pause-command.ts";

/** `holdfast resume` */
export const resume = pauseCommand("resume");
