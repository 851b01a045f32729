import type { RouteBody, routes } from "@holdfast/api";
import { sayInstant } from "../instant.ts";

/** A URL that notifications are passed on to. */
export type Forward = RouteBody<typeof routes.createNotificationForward>;

/** What the columns of URLs are called. */
export const FORWARD_HEAD = ["Forward", "URL", "State", "Waiting", "Delivered", "Failed"];

/** Returns the cells of a URL under {@link FORWARD_HEAD}. */
export function forwardRow(forward: Forward): readonly string[] {
  const { id, url, waiting, delivered, failed } = forward;
  return [id, url, sayForwardState(forward), ...[waiting, delivered, failed].map(String)];
}

/** Says whether notifications arrive there, and why not where they do not. */
function sayForwardState({ failingSince, status, problem }: Forward): string {
  if (failingSince === undefined) return "active";
  const answer = status === undefined ? "" : `HTTP ${status}`;
  const why = [answer, problem ?? ""].filter((part) => part !== "").join(" ");
  return `failing since ${sayInstant(failingSince)}: ${why}`;
}
