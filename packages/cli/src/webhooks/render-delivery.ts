import type { RouteBody, routes } from "@holdfast/api";
import { sayInstant } from "../instant.ts";

/** One event on its way to a webhook. */
export type Delivery = RouteBody<typeof routes.testWebhook>;

/** What the columns of deliveries are called. */
export const DELIVERY_HEAD = ["At", "Event", "State", "Attempts", "Answer", "Next", "Id"];

/** Returns the cells of a delivery under {@link DELIVERY_HEAD}. */
export function deliveryRow(delivery: Delivery): readonly string[] {
  const { createdAt, event, state, attempts, nextAt, id } = delivery;
  const next = nextAt === undefined ? "" : sayInstant(nextAt);
  return [sayInstant(createdAt), event, state, String(attempts), sayAnswer(delivery), next, id];
}

/** Says what came of the last attempt: the HTTP status, our code for why it failed, or both. */
export function sayAnswer({ status, problem }: Pick<Delivery, "status" | "problem">): string {
  const parts = [status === undefined ? "" : `HTTP ${status}`, problem ?? ""];
  return parts.filter((part) => part !== "").join(" ");
}
