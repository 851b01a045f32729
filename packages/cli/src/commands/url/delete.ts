import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { print } from "../../output.ts";
import { explainUrlRefusal } from "../../realtime-url/explain-url-refusal.ts";
import { readUrl } from "../../realtime-url/read-url.ts";
import { renderUrlMove } from "../../realtime-url/render-url.ts";
import { CONFIRM_OPTION, requireConfirm } from "../../storekit/mutation.ts";

/** `holdfast url delete` */
export const deleteUrl: Command = {
  summary: "Take away the URL Apple asks, with the control plane's key",
  description:
    "Apple then asks nobody, and shows what App Store Connect has, or default messages. The URL is remembered: holdfast url rollback sets it back. To answer with the flow's fallback instead: holdfast pause.",
  options: [CONFIRM_OPTION, ...PLACE_OPTIONS],
  afterInterruption: "it may be done already: look with holdfast url view",
  examples: [
    {
      line: "holdfast url delete --app yoga --environment sandbox --confirm",
      does: "of the sandbox",
    },
  ],
  async run(input, io) {
    requireConfirm(
      input.options,
      "Apple then asks nobody, until a URL is set or holdfast url rollback sets it back",
    );
    const { server, ...place } = await openPlace(input, io);
    const { client, app, environment } = place;
    const { url: before, etag } = await readUrl(place);
    if (before !== null) {
      const params = { app, environment };
      await client
        .call(routes.deleteRealtimeUrl, { params, ifMatch: etag })
        .catch(async (error: unknown) => {
          throw await explainUrlRefusal(error, place);
        });
    }
    print(input, io, {
      json: { server, app, environment, before, realtimeURL: null },
      table: () => renderUrlMove(place, { from: before, to: null }, io),
    });
    return 0;
  },
};
