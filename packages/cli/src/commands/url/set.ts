import { routes } from "@holdfast/api";
import { checkRealtimeUrl } from "@holdfast/appstore/retention-messaging";
import type { Command } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { print } from "../../output.ts";
import { confirmUrl } from "../../realtime-url/confirm-url.ts";
import { explainUrlRefusal } from "../../realtime-url/explain-url-refusal.ts";
import { readUrl } from "../../realtime-url/read-url.ts";
import { renderUrlMove } from "../../realtime-url/render-url.ts";
import { requireSound } from "../../storekit/check-values.ts";
import { CONFIRM_OPTION } from "../../storekit/mutation.ts";

/** `holdfast url set` */
export const set: Command = {
  summary: "Set the URL Apple asks, with the control plane's key",
  description:
    "The control plane writes down what it was before: holdfast url history shows it, holdfast url rollback sets it back. Somebody changing it meanwhile is told, and nothing is done then. In production it asks for --confirm, and tells before whether the last performance test has passed: Apple takes a URL there only after one. A flow that names its URL has it set by holdfast deploy, and by the next deployment again.",
  arguments: [{ name: "url", description: "https, at most 256 characters", required: true }],
  options: [
    { ...CONFIRM_OPTION, description: "say that it is meant; required in production" },
    ...PLACE_OPTIONS,
  ],
  afterInterruption: "it may be done already: look with holdfast url view",
  examples: [
    {
      line: "holdfast url set https://retention.example.com/apple/retention/yoga/sandbox --app yoga --environment sandbox",
      does: "for the sandbox; then run a performance test",
    },
    {
      line: "holdfast url set https://retention.example.com/apple/retention/yoga/production --app yoga --environment production --confirm",
      does: "for production; without --confirm it says what that would change",
    },
  ],
  async run(input, io) {
    // The parser does not go on without it.
    const [written = ""] = input.arguments;
    const url = written.trim();
    requireSound("url", checkRealtimeUrl(url), io);
    const { server, ...place } = await openPlace(input, io);
    const { client, app, environment } = place;
    const { url: before, etag } = await readUrl(place);
    const move = { from: before, to: url };
    const checked = await confirmUrl(place, move, { input, io });
    if (before !== url) {
      const params = { app, environment };
      await client
        .call(routes.configureRealtimeUrl, { params, body: { realtimeURL: url }, ifMatch: etag })
        .catch(async (error: unknown) => {
          throw await explainUrlRefusal(error, place);
        });
    }
    print(input, io, {
      json: { server, app, environment, before, realtimeURL: url, ...checked },
      table: () => renderUrlMove(place, move, io),
    });
    return 0;
  },
};
