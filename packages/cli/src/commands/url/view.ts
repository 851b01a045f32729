import type { Command } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { print } from "../../output.ts";
import { readUrl } from "../../realtime-url/read-url.ts";
import { sayPlaceOptions, sayUrl } from "../../realtime-url/render-url.ts";

/** `holdfast url view` */
export const view: Command = {
  summary: "Show the URL Apple asks, as Apple has it",
  description: "The control plane asks Apple. Each environment has its own.",
  options: PLACE_OPTIONS,
  examples: [
    {
      line: "holdfast url view --app yoga --environment production",
      does: "whom Apple asks in production",
    },
  ],
  async run(input, io) {
    const { server, ...place } = await openPlace(input, io);
    const { app, environment } = place;
    const { url, seenAt } = await readUrl(place);
    print(input, io, {
      json: { server, app, environment, realtimeURL: url, seenAt },
      table: () => [
        url === null
          ? `Apple asks nobody in ${environment}: holdfast url set <url> ${sayPlaceOptions(place)}`
          : sayUrl(url),
      ],
    });
    return 0;
  },
};
