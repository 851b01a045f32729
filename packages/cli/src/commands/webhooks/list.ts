import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { requireApp } from "../../control-plane/app-option.ts";
import { openControl } from "../../control-plane/open-control.ts";
import { printList, readAll } from "../../control-plane/print-list.ts";
import { LIST_OUTPUT } from "../../output-format.ts";
import { sayWebhookState } from "../../webhooks/render-webhook.ts";
import { WEBHOOK_OPTIONS } from "../../webhooks/webhook-place.ts";

/** `holdfast webhooks list` */
export const list: Command = {
  summary: "List an app's webhooks",
  description: "For admins. The newest first; never a secret.",
  options: WEBHOOK_OPTIONS,
  output: LIST_OUTPUT,
  examples: [{ line: "holdfast webhooks list --app yoga", does: "who is told of what" }],
  async run(input, io) {
    const app = requireApp(input.options);
    const { client } = await openControl(input, io);
    printList(input, io, {
      items: await readAll(client.items(routes.listWebhooks, { params: { app } })),
      head: ["Webhook", "URL", "State", "Events"],
      rowOf: (webhook) => [
        webhook.id,
        webhook.url,
        sayWebhookState(webhook),
        webhook.events.join(", "),
      ],
      empty: `${app} has no webhook: holdfast webhooks add <url> --app ${app}`,
    });
    return 0;
  },
};
