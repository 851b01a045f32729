import { routes } from "@holdfast/api";
import type { Command, Io } from "../../command.ts";
import { openControl } from "../../control-plane/open-control.ts";
import { print } from "../../output.ts";
import { createStyle, printable } from "../../style.ts";
import { sayAnswer } from "../../webhooks/render-delivery.ts";
import type { Delivery } from "../../webhooks/render-delivery.ts";
import { WEBHOOK_ARGUMENT, WEBHOOK_OPTIONS, webhookOf } from "../../webhooks/webhook-place.ts";

/** `holdfast webhooks test` */
export const test: Command = {
  summary: "Post a made-up event to a webhook, and say how that went",
  description:
    "The event is of the webhook's first kind and says `isTest: true`. It is posted once, also where the webhook is disabled. Exit code 1 when it did not arrive.",
  arguments: [WEBHOOK_ARGUMENT],
  options: WEBHOOK_OPTIONS,
  examples: [
    {
      line: "holdfast webhooks test webhook_0gBn --app yoga",
      does: "does the receiver take it?",
    },
  ],
  async run(input, io) {
    const params = webhookOf(input);
    const { client } = await openControl(input, io);
    const { body } = await client.call(routes.testWebhook, { params });
    print(input, io, { json: body, table: () => [renderTest(body, io)] });
    return body.state === "delivered" ? 0 : 1;
  },
};

function renderTest(delivery: Delivery, io: Pick<Io, "colors">): string {
  const style = createStyle(io);
  const { event, state } = delivery;
  const answer = printable(sayAnswer(delivery));
  return state === "delivered"
    ? style.green(`${event} arrived: ${answer}`)
    : style.red(`${event} did not arrive: ${answer}`);
}
