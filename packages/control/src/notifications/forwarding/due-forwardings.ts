import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Queries } from "../../storage/index.ts";

/** A notification that is to be passed on now. */
export interface DueForwarding {
  readonly id: string;
  readonly forward: string;
  readonly url: string;
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly notificationUUID: string;
  /** How often it was tried. */
  readonly attempts: number;
  readonly contentType: string | null;
  /** The body, as `SubscriptionIds.sealBytes` made it. */
  readonly sealed: Uint8Array;
}

/** What is due where. */
export interface DueForwardingsOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What is under way, by its address: the ids of forwardings. */
  readonly underWay: ReadonlyMap<string, ReadonlySet<string>>;
  /** The most that may be under way to one address that takes them, and to one that does not. */
  readonly width: { readonly sound: number; readonly failing: number };
}

/** Returns what is due, for each address as much as may be under way to it, the oldest first. */
export async function dueForwardings(
  queries: Queries,
  { now, underWay, width }: DueForwardingsOptions,
): Promise<readonly DueForwarding[]> {
  const forwards = await queries
    .selectFrom("notification_forwards as forward")
    .select(["forward.id", "forward.failing_since"])
    .where((row) =>
      row.exists(
        row
          .selectFrom("notification_forwardings as due")
          .select("due.id")
          .whereRef("due.forward", "=", "forward.id")
          .where("due.next_at", "<=", now),
      ),
    )
    .orderBy("forward.id")
    .execute();
  const due: DueForwarding[] = [];
  for (const { id, failing_since: failingSince } of forwards) {
    const busy = [...(underWay.get(id) ?? [])];
    const limit = (failingSince === null ? width.sound : width.failing) - busy.length;
    if (limit > 0) due.push(...(await dueOf(queries, id, { now, busy, limit })));
  }
  return due;
}

function dueOf(
  queries: Queries,
  forward: string,
  {
    now,
    busy,
    limit,
  }: { readonly now: number; readonly busy: readonly string[]; readonly limit: number },
): Promise<readonly DueForwarding[]> {
  let query = queries
    .selectFrom("notification_forwardings as due")
    .innerJoin("notification_forwards as forward", "forward.id", "due.forward")
    .innerJoin("notification_bodies as body", (join) =>
      join
        .onRef("body.app", "=", "due.app")
        .onRef("body.environment", "=", "due.environment")
        .onRef("body.notification_uuid", "=", "due.notification_uuid"),
    )
    .select(["due.id", "due.forward", "due.app", "due.environment", "due.attempts"])
    .select(["due.notification_uuid as notificationUUID", "forward.url"])
    .select(["body.content_type as contentType", "body.sealed"])
    .where("due.forward", "=", forward)
    .where("due.next_at", "<=", now)
    .orderBy("due.next_at")
    .orderBy("due.id")
    .limit(limit);
  if (busy.length > 0) query = query.where("due.id", "not in", busy);
  return query.execute();
}
