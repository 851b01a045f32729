import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { print } from "../../output.ts";
import { parseWindowMs, sayWindow } from "../../outcomes/window-length.ts";

/** `holdfast outcomes window` */
export const window: Command = {
  summary: "Show or change within which time outcomes count",
  description:
    "The window begins with a subscription's first request. A change has everything counted anew that was first asked about in the last 90 days; that takes minutes, and what is older stays as it was counted. Changing it is for publishers.",
  arguments: [
    {
      name: "length",
      description:
        "in minutes, hours or days, like 30m, 24h or 7d, from 1m to 30d; without it nothing changes",
      required: false,
    },
  ],
  options: PLACE_OPTIONS,
  examples: [
    {
      line: "holdfast outcomes window --app yoga --environment production",
      does: "how long it is",
    },
    {
      line: "holdfast outcomes window 7d --app yoga --environment production",
      does: "count what was done within a week",
    },
  ],
  async run(input, io) {
    const [written] = input.arguments;
    const windowMs = written === undefined ? undefined : parseWindowMs(written);
    const { server, client, app, environment } = await openPlace(input, io);
    const params = { app, environment };
    const { body: before, etag } = await client.call(routes.readOutcomeSettings, { params });
    const isChange = windowMs !== undefined && windowMs !== before.windowMs;
    const after = isChange
      ? await client.call(routes.configureOutcomes, { params, body: { windowMs }, ifMatch: etag })
      : undefined;
    const body = after?.body ?? before;
    const recounting = body.isRecounting
      ? "; what was counted otherwise is being counted anew"
      : "";
    print(input, io, {
      json: { server, app, environment, ...body },
      table: () => [
        `outcomes of ${app} in ${environment} count within ${sayWindow(body.windowMs)}${recounting}`,
      ],
    });
    return 0;
  },
};
