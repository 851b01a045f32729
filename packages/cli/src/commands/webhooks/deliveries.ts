import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openControl } from "../../control-plane/open-control.ts";
import { printList } from "../../control-plane/print-list.ts";
import { LIMIT_OPTION, takeLimited } from "../../flow-versions/limit-option.ts";
import { LIST_OUTPUT } from "../../output-format.ts";
import { DELIVERY_HEAD, deliveryRow } from "../../webhooks/render-delivery.ts";
import { WEBHOOK_ARGUMENT, WEBHOOK_OPTIONS, webhookOf } from "../../webhooks/webhook-place.ts";

/** `holdfast webhooks deliveries` */
export const deliveries: Command = {
  summary: "List what was posted to a webhook, and what became of it",
  description: "Of the last 30 days, the newest first; what failed is tried again for a day.",
  arguments: [WEBHOOK_ARGUMENT],
  options: [...WEBHOOK_OPTIONS, LIMIT_OPTION],
  output: LIST_OUTPUT,
  examples: [
    {
      line: "holdfast webhooks deliveries webhook_0gBn --app yoga",
      does: "the newest 20",
    },
  ],
  async run(input, io) {
    const params = webhookOf(input);
    const { client } = await openControl(input, io);
    printList(input, io, {
      items: await takeLimited(client.items(routes.listDeliveries, { params }), input.options),
      head: DELIVERY_HEAD,
      rowOf: deliveryRow,
      empty: `nothing was posted to it yet: holdfast webhooks test ${params.webhook} --app ${params.app}`,
    });
    return 0;
  },
};
