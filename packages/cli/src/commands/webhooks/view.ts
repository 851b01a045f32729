import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openControl } from "../../control-plane/open-control.ts";
import { print } from "../../output.ts";
import { renderWebhook } from "../../webhooks/render-webhook.ts";
import { WEBHOOK_ARGUMENT, WEBHOOK_OPTIONS, webhookOf } from "../../webhooks/webhook-place.ts";

/** `holdfast webhooks view` */
export const view: Command = {
  summary: "Show a webhook",
  description: "Never its secret.",
  arguments: [WEBHOOK_ARGUMENT],
  options: WEBHOOK_OPTIONS,
  examples: [
    {
      line: "holdfast webhooks view webhook_0gBn --app yoga",
      does: "what it is told of, and whether posts arrive",
    },
  ],
  async run(input, io) {
    const params = webhookOf(input);
    const { client } = await openControl(input, io);
    const { body } = await client.call(routes.readWebhook, { params });
    print(input, io, { json: body, table: () => renderWebhook(body) });
    return 0;
  },
};
