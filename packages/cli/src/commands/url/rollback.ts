import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { print } from "../../output.ts";
import { confirmUrl } from "../../realtime-url/confirm-url.ts";
import { explainUrlRefusal } from "../../realtime-url/explain-url-refusal.ts";
import { findUrlChange } from "../../realtime-url/find-url-change.ts";
import { readUrl } from "../../realtime-url/read-url.ts";
import { renderUrlMove } from "../../realtime-url/render-url.ts";
import { CONFIRM_OPTION } from "../../storekit/mutation.ts";

/** `holdfast url rollback` */
export const rollback: Command = {
  summary: "Set the URL again that there was before a change",
  description:
    "Rolling back the newest change twice ends where it began. Where there was no URL before, nothing is done: only holdfast url delete takes a URL away. In production it asks for --confirm, as holdfast url set does.",
  arguments: [
    {
      name: "change",
      description: "which change, as `url history` shows it (default: the newest)",
      required: false,
    },
  ],
  options: [
    { ...CONFIRM_OPTION, description: "say that it is meant; required in production" },
    ...PLACE_OPTIONS,
  ],
  afterInterruption: "it may be done already: look with holdfast url view",
  examples: [
    {
      line: "holdfast url rollback --app yoga --environment production --confirm",
      does: "undo the last change",
    },
    {
      line: "holdfast url rollback url_8kPz --app yoga --environment sandbox",
      does: "back to what there was before that one",
    },
  ],
  async run(input, io) {
    const [wanted] = input.arguments;
    const { server, ...place } = await openPlace(input, io);
    const { client, app, environment } = place;
    // Apple is asked first: a change that was made elsewhere is the newest from then on.
    const { url: before, etag } = await readUrl(place);
    const change = await findUrlChange(place, wanted);
    const move = { from: before, to: change.before };
    const checked = await confirmUrl(place, move, { input, io });
    if (move.from !== move.to) {
      const params = { app, environment };
      await client
        .call(routes.rollBackRealtimeUrl, { params, body: { change: change.id }, ifMatch: etag })
        .catch(async (error: unknown) => {
          throw await explainUrlRefusal(error, place);
        });
    }
    print(input, io, {
      json: {
        server,
        app,
        environment,
        change: change.id,
        before,
        realtimeURL: move.to,
        ...checked,
      },
      table: () => renderUrlMove(place, move, io),
    });
    return 0;
  },
};
