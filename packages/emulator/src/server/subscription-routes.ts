import type { Hono } from "hono";
import type { Emulator } from "../emulator/emulator.ts";
import { statusOf } from "../world/subscriptions/index.ts";
import { stringOf } from "./control-input.ts";
import { placeOf } from "./place.ts";
import { readFields, readOptionalFields } from "./request-body.ts";
import { parseNotificationFaults } from "./notification-fault-input.ts";
import { parseNewSubscriber, parseSubscriptionAction } from "./subscription-input.ts";

const PLACE = "/emulator/apps/:app/:environment";
const SUBSCRIBER = `${PLACE}/subscribers/:originalTransactionId` as const;

/** Adds what is about subscriptions' lives and about the notifications of them. */
export function addSubscriptionRoutes(app: Hono, emulator: Emulator): void {
  app.get(SUBSCRIBER, async (context) => {
    const { originalTransactionId, ...at } = context.req.param();
    const place = { ...placeOf(at), originalTransactionId };
    const subscription = await emulator.subscription(place);
    return context.json({ subscription, status: statusOf(subscription) });
  });
  app.post(`${PLACE}/subscribers`, async (context) => {
    const joining = parseNewSubscriber(await readFields(context.req.raw));
    return context.json(await emulator.addSubscriber(placeOf(context.req.param()), joining), 201);
  });
  app.post(`${SUBSCRIBER}/:event`, async (context) => {
    const { originalTransactionId, event, ...at } = context.req.param();
    const action = parseSubscriptionAction(event, await readOptionalFields(context.req.raw));
    const place = { ...placeOf(at), originalTransactionId };
    return context.json(await emulator.changeSubscription(place, action));
  });
  app.post("/emulator/cancel-sheets/:viewId/accept", async (context) =>
    context.json(await emulator.acceptShown(context.req.param("viewId"))),
  );
  addNotificationRoutes(app, emulator);
  app.put("/emulator/connect-hourly-limit", async (context) => {
    const { limit } = await readFields(context.req.raw);
    // JSON has no infinity: null stands for it.
    emulator.setConnectHourlyLimit(limit === null ? Infinity : Number(limit));
    return context.json({ limit });
  });
}

function addNotificationRoutes(app: Hono, emulator: Emulator): void {
  app.get(`${PLACE}/notification-url`, (context) =>
    context.json({ url: emulator.getNotificationUrl(placeOf(context.req.param())) ?? null }),
  );
  app.put(`${PLACE}/notification-url`, async (context) => {
    const url = stringOf(await readFields(context.req.raw), "url");
    emulator.configureNotificationUrl(placeOf(context.req.param()), url);
    return context.json({ url });
  });
  app.delete(`${PLACE}/notification-url`, (context) => {
    emulator.deleteNotificationUrl(placeOf(context.req.param()));
    return context.body(null, 204);
  });
  const { notificationFaults } = emulator;
  app.get("/emulator/notification-faults", (context) =>
    context.json({ faults: notificationFaults.list() }),
  );
  app.put("/emulator/notification-faults", async (context) => {
    notificationFaults.set(parseNotificationFaults(await readFields(context.req.raw)));
    return context.json({ faults: notificationFaults.list() });
  });
  app.delete("/emulator/notification-faults", (context) => {
    notificationFaults.clear();
    return context.body(null, 204);
  });
  app.get(`${PLACE}/notifications`, (context) =>
    context.json({ notifications: emulator.notifications(placeOf(context.req.param())) }),
  );
  app.post(`${PLACE}/notifications/test`, async (context) => {
    const place = placeOf(context.req.param());
    return context.json({ testNotificationToken: await emulator.sendTestNotification(place) }, 201);
  });
}
