import { routes } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command } from "../../command.ts";
import { requireApp } from "../../control-plane/app-option.ts";
import { openControl } from "../../control-plane/open-control.ts";
import { print } from "../../output.ts";
import { printable } from "../../style.ts";
import { EVENT_OPTION, findEvents } from "../../webhooks/event-option.ts";
import { renderWebhook } from "../../webhooks/render-webhook.ts";
import { WEBHOOK_OPTIONS } from "../../webhooks/webhook-place.ts";

/** `holdfast webhooks add` */
export const add: Command = {
  summary: "Have an app's events posted to an address",
  description:
    "Posts are signed as the Standard Webhooks specification says. The secret they are verified with is shown once, on standard output, and given back by nothing: --output json gives it as `secret`.",
  arguments: [{ name: "url", description: "where events are posted, with https", required: true }],
  options: [EVENT_OPTION, ...WEBHOOK_OPTIONS],
  examples: [
    {
      line: "holdfast webhooks add https://hooks.example.com/holdfast --app yoga --event message.rejected --event apple.silent",
      does: "be told of what somebody must see to",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const app = requireApp(options);
    const events = findEvents(options);
    if (events === undefined) {
      throw new UsageError("OPTION_MISSING", "--event is required; --help shows the kinds");
    }
    const [url = ""] = input.arguments;
    const { client } = await openControl(input, io);
    const { body } = await client.call(routes.createWebhook, {
      params: { app },
      body: { url, events },
    });
    print(input, io, {
      json: body,
      table: () => [
        ...renderWebhook(body),
        `secret: ${printable(body.secret)}`,
        "The secret is shown only now: store it where posts are verified",
        `Try it: holdfast webhooks test ${body.id} --app ${app}`,
      ],
    });
    return 0;
  },
};
