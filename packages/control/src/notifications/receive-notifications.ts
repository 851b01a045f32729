import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { ApiRefusal } from "@holdfast/api/server";
import type { Receiver } from "../http/index.ts";
import type { NotificationIntake } from "./intake.ts";
import { refusalOfSigned } from "./notification-refusal.ts";
import { readPosted } from "./read-posted.ts";

/** Apple is given the first one; a slash at the end and an environment do no harm. */
const PATHS = [
  "/apple/notifications/:app",
  "/apple/notifications/:app/",
  "/apple/notifications/:app/:environment",
  "/apple/notifications/:app/:environment/",
] as const;

/**
 * Returns what takes the notifications that Apple posts, or that whoever Apple posts to passes on. The
 * answer is 200 once a notification is stored, also where it was there already; 4xx where it is not for us or
 * not Apple's, which changes nothing; 5xx where that cannot be told now, upon which Apple comes again.
 */
export function receiveNotifications(intake: NotificationIntake): Receiver {
  return {
    name: "receiveNotification",
    paths: PATHS,
    async receive({ request, params }) {
      const environment = environmentOf(params["environment"]);
      const posted = await readPosted(request);
      try {
        const app = params["app"] ?? "";
        await intake.take({ app, environment, source: "pushed", ...posted });
      } catch (error) {
        throw refusalOfSigned(error);
      }
      return new Response(null, { status: 200, headers: { "Cache-Control": "no-store" } });
    },
  };
}

function environmentOf(text: string | undefined): FlowEnvironment | undefined {
  if (text === undefined || text === "sandbox" || text === "production") return text;
  throw new ApiRefusal("NOT_FOUND", "receiveNotification: expected sandbox or production");
}
