import type { Command } from "../../command.ts";
import { reviewCommand } from "../../emulator-control/review-command.ts";

/** `holdfast emulator approve` */
export const approve: Command = reviewCommand({ verb: "approve", state: "APPROVED" });
