import { routes } from "@holdfast/api";
import type { CallInput } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Options } from "../../command.ts";
import { openControl } from "../../control-plane/open-control.ts";
import { print } from "../../output.ts";
import { EVENT_OPTION, findEvents } from "../../webhooks/event-option.ts";
import { renderWebhook } from "../../webhooks/render-webhook.ts";
import { WEBHOOK_ARGUMENT, WEBHOOK_OPTIONS, webhookOf } from "../../webhooks/webhook-place.ts";

/** `holdfast webhooks update` */
export const update: Command = {
  summary: "Change where a webhook posts, or what it is told of",
  description:
    "What is not given stays, and so does the secret. Events that are given take the place of those before. --enable has the events posted that happen from then on, also where it was held back because posts failed.",
  arguments: [WEBHOOK_ARGUMENT],
  options: [
    { flags: "--url <url>", description: "where events are posted, with https" },
    EVENT_OPTION,
    { flags: "--disable", description: "post nothing to it" },
    { flags: "--enable", description: "post to it again" },
    ...WEBHOOK_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast webhooks update webhook_0gBn --app yoga --enable",
      does: "the receiver works again",
    },
    {
      line: "holdfast webhooks update webhook_0gBn --app yoga --event publication.live",
      does: "be told of publications alone",
    },
  ],
  async run(input, io) {
    const params = webhookOf(input);
    const change = readChange(input.options);
    const { client } = await openControl(input, io);
    const { etag } = await client.call(routes.readWebhook, { params });
    const { body } = await client.call(routes.updateWebhook, {
      params,
      body: change,
      ifMatch: etag,
    });
    print(input, io, { json: body, table: () => renderWebhook(body) });
    return 0;
  },
};

type WebhookChange = CallInput<typeof routes.updateWebhook>["body"];

/** @throws UsageError `OPTION_INVALID`, `OPTION_MISSING` where nothing is to change */
function readChange(options: Options): WebhookChange {
  const [isDisabled, isEnabled] = [options.flag("disable"), options.flag("enable")];
  if (isDisabled && isEnabled) {
    throw new UsageError("OPTION_INVALID", "expected --disable or --enable, got both");
  }
  const [url, events] = [options.text("url"), findEvents(options)];
  const change = {
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events }),
    ...(isDisabled || isEnabled ? { isDisabled } : {}),
  };
  if (Object.keys(change).length > 0) return change;
  throw new UsageError("OPTION_MISSING", "expected something to change, like --event; see --help");
}
