import type { Queries } from "../../storage/index.ts";
import type { ForwardAttempt } from "./attempt-forwarding.ts";
import type { DueForwarding } from "./due-forwardings.ts";
import { forwardDelayMs } from "./forward-schedule.ts";

/** An attempt that has ended. */
export interface EndedForwarding extends ForwardAttempt {
  readonly due: Omit<DueForwarding, "sealed">;
  /** When it ended, ms since 1970. */
  readonly at: number;
  /** From 0 up to, not including, 1. */
  readonly random: number;
}

/**
 * Writes how attempts ended: what arrived, or was given up, is done with, and its body is deleted with the
 * last that waited for it; the rest is tried again. What was deleted meanwhile stays deleted.
 */
export async function settleForwardings(
  queries: Queries,
  ended: readonly EndedForwarding[],
): Promise<void> {
  // In one order everywhere, as whoever stores notifications has it too.
  const ordered = [...ended].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  for (const one of ordered) if (await settle(queries, one)) await closeNotification(queries, one);
  const byForward = [...Map.groupBy(ordered, ({ due }) => due.forward)].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  for (const [forward, attempts] of byForward) await noteAttempts(queries, forward, attempts);
}

function nameOf({ due }: EndedForwarding): string {
  return [due.app, due.environment, due.notificationUUID, due.id].join(" ");
}

function delayOf({ due, problem, random }: EndedForwarding): number | undefined {
  return problem === undefined ? undefined : forwardDelayMs(due.attempts + 1, random);
}

/** Returns whether it is done with, by this attempt. */
async function settle(queries: Queries, ended: EndedForwarding): Promise<boolean> {
  const { id, attempts } = ended.due;
  const delay = delayOf(ended);
  if (delay !== undefined) {
    await queries
      .updateTable("notification_forwardings")
      .set({ attempts: attempts + 1, next_at: ended.at + delay })
      .where("id", "=", id)
      // Another process that took this one for dead may have posted it as well.
      .where("attempts", "=", attempts)
      .execute();
    return false;
  }
  const { numDeletedRows } = await queries
    .deleteFrom("notification_forwardings")
    .where("id", "=", id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

async function closeNotification(
  queries: Queries,
  { due, problem }: EndedForwarding,
): Promise<void> {
  const { app, environment, notificationUUID } = due;
  if (problem !== undefined) await mark("failed");
  const others = await queries
    .selectFrom("notification_forwardings")
    .select("id")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("notification_uuid", "=", notificationUUID)
    .limit(1)
    .executeTakeFirst();
  if (others !== undefined) return;
  await mark("delivered");
  await queries
    .deleteFrom("notification_bodies")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("notification_uuid", "=", notificationUUID)
    .execute();

  /** One that failed somewhere stays so. */
  async function mark(forwarding: "delivered" | "failed"): Promise<void> {
    await queries
      .updateTable("notifications")
      .set({ forwarding })
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("notification_uuid", "=", notificationUUID)
      .where("forwarding", "=", "waiting")
      .execute();
  }
}

async function noteAttempts(
  queries: Queries,
  forward: string,
  attempts: readonly EndedForwarding[],
): Promise<void> {
  const arrived = attempts.filter(({ problem }) => problem === undefined);
  const givenUp = attempts.filter((one) => one.problem !== undefined && delayOf(one) === undefined);
  const last = attempts.reduce((one, other) => (other.at >= one.at ? other : one));
  await queries
    .updateTable("notification_forwards")
    .set((column) => ({
      delivered: column("delivered", "+", arrived.length),
      failed: column("failed", "+", givenUp.length),
      last_status: last.status ?? null,
      last_problem: last.problem ?? null,
      failing_since:
        last.problem === undefined
          ? null
          : column.fn.coalesce("failing_since", column.val(last.at)),
      ...(arrived.length === 0
        ? {}
        : { last_delivered_at: Math.max(...arrived.map(({ at }) => at)) }),
    }))
    .where("id", "=", forward)
    .execute();
}
