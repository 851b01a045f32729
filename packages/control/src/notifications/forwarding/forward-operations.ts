import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import { readServedApp } from "../../catalog/index.ts";
import { implement } from "../../http/index.ts";
import type { Implementation } from "../../http/index.ts";
import type { Database, IdSource } from "../../storage/index.ts";
import { describeUrlProblem } from "../../webhooks/index.ts";
import type { WebhookReach } from "../../webhooks/index.ts";
import { deleteForward, insertForward, listForwards } from "./forwards.ts";
import type { ForwardWithQueue } from "./forwards.ts";

/** What the operations need. */
export interface ForwardOperationsOptions extends WebhookReach {
  readonly database: Database;
  readonly ids: IdSource;
}

/** Returns the operations on what notifications are passed on to. */
export function forwardOperations(options: ForwardOperationsOptions): readonly Implementation[] {
  return [create(options), list(options), remove()];
}

function create(options: ForwardOperationsOptions): Implementation {
  const { database, ids } = options;
  const route = routes.createNotificationForward;
  return implement(route, async ({ params, body: { url } }, { now, change }) => {
    await readServedApp(database.queries, params);
    const message = describeUrlProblem(url, options);
    if (message !== undefined) {
      throw new ApiRefusal("INPUT_INVALID", `createNotificationForward: ${message}`, {
        issues: [{ path: ["body", "url"], message }],
      });
    }
    const id = `forward_${ids()}`;
    return change(async ({ queries, audit }) => {
      const forward = await insertForward(queries, { ...params, id, url, created_at: now });
      // Only where it leads: the path may be a secret.
      const { origin } = new URL(url);
      const summary = `had ${params.environment} notifications passed on to ${origin}`;
      await audit({ target: id, summary });
      return { body: bodyOf(forward) };
    });
  });
}

function list({ database: { queries } }: ForwardOperationsOptions): Implementation {
  return implement(routes.listNotificationForwards, async ({ params }) => {
    await readServedApp(queries, params);
    return { body: { items: (await listForwards(queries, params)).map(bodyOf) } };
  });
}

function remove(): Implementation {
  const route = routes.deleteNotificationForward;
  return implement(route, async ({ params }, { change }) =>
    change(async ({ queries, audit }) => {
      const { id, url } = await deleteForward(queries, params);
      const { origin } = new URL(url);
      const summary = `ended passing ${params.environment} notifications on to ${origin}`;
      await audit({ target: id, summary });
      return {};
    }),
  );
}

function bodyOf(forward: ForwardWithQueue): RouteBody<typeof routes.createNotificationForward> {
  const { last_delivered_at: lastDeliveredAt, failing_since: failingSince } = forward;
  const { id, url, waiting, delivered, failed } = forward;
  return {
    id,
    url,
    createdAt: forward.created_at,
    waiting,
    delivered,
    failed,
    ...(lastDeliveredAt === null ? {} : { lastDeliveredAt }),
    ...(failingSince === null ? {} : { failingSince }),
    ...(forward.last_status === null ? {} : { status: forward.last_status }),
    ...(forward.last_problem === null ? {} : { problem: forward.last_problem }),
  };
}
