import type { RouteBody, routes } from "@holdfast/api";
import { sayInstant } from "../instant.ts";
import { columns } from "../output.ts";
import { printable } from "../style.ts";

/** How an app's notifications come. */
export type NotificationStatus = RouteBody<typeof routes.readNotificationStatus>;

const DAY_LENGTH = "2026-12-01".length;

/** Returns what people read of how notifications come. */
export function renderStatus(status: NotificationStatus): readonly string[] {
  const { mode, path, lastPushedAt, days, waiting } = status;
  const rows = columns([
    ["mode", mode === "push" ? "push: they are posted here" : "poll: they are read from Apple"],
    ["posted to", `${printable(path)} of the public listener`],
    ["last posted", lastPushedAt === undefined ? "never" : sayInstant(lastPushedAt)],
    ["history", sayHistory(status)],
    ["waiting to be passed on", String(waiting)],
  ]);
  if (days.length === 0) return rows;
  const counts = days.map(({ day, pushed, history }) => [
    sayInstant(day).slice(0, DAY_LENGTH),
    String(pushed),
    String(history),
  ]);
  return [...rows, "", ...columns([["Day", "Posted", "From history"], ...counts])];
}

/** Says how far Apple's history was read, and what is in the way. */
function sayHistory({ history }: Pick<NotificationStatus, "history">): string {
  const { coveredUntil, isReading, problem } = history;
  const read = coveredUntil === undefined ? "not read yet" : `read to ${sayInstant(coveredUntil)}`;
  if (problem === "KEY_MISSING") {
    return `${read}; there is no In-App Purchase key to ask Apple with: holdfast keys add`;
  }
  if (problem !== undefined) return `${read}; the last reading failed: ${problem}`;
  return isReading ? `${read}; being read` : read;
}
