import type { Command } from "../../command.ts";
import { reviewCommand } from "../../emulator-control/review-command.ts";

/** `holdfast emulator reject` */
export const reject: Command = reviewCommand({ verb: "reject", state: "REJECTED" });
