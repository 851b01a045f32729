import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openControl } from "../../control-plane/open-control.ts";
import { print } from "../../output.ts";
import { CONFIRM_OPTION, requireConfirm } from "../../storekit/mutation.ts";
import { WEBHOOK_ARGUMENT, WEBHOOK_OPTIONS, webhookOf } from "../../webhooks/webhook-place.ts";

/** `holdfast webhooks remove` */
export const remove: Command = {
  summary: "End a webhook",
  description:
    "What is still to be posted to it is dropped. To stop posts for a while: holdfast webhooks update --disable.",
  arguments: [WEBHOOK_ARGUMENT],
  options: [CONFIRM_OPTION, ...WEBHOOK_OPTIONS],
  examples: [
    { line: "holdfast webhooks remove webhook_0gBn --app yoga --confirm", does: "for good" },
  ],
  async run(input, io) {
    requireConfirm(input.options, "its secret and its deliveries cannot be brought back");
    const params = webhookOf(input);
    const { client } = await openControl(input, io);
    await client.call(routes.deleteWebhook, { params });
    print(input, io, {
      json: { ...params, removed: true },
      table: () => [`Removed the webhook ${params.webhook} of ${params.app}`],
    });
    return 0;
  },
};
