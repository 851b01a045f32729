import { stopCommand } from "../../workers/stop-command.ts";

/** `holdfast workers resume` */
export const resume = stopCommand("resume");
