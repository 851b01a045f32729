import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { print } from "../../output.ts";
import { renderOutcomes } from "../../outcomes/render-outcomes.ts";
import { readUnit, UNIT_OPTIONS } from "../../outcomes/unit-option.ts";

/** `holdfast outcomes view` */
export const view: Command = {
  summary: "Show what subscribers did after what they were answered",
  description:
    "Per experiment, rule, holdout and fallback: a subscription counts once in each, by its first request. A request is a page viewed, and not yet a message seen. The keep rate is the share that did not turn renewal off within the window, of those of whom that is known; Apple's save rate is something else. Days are those of first requests, in UTC; a year and a month at most.",
  options: [
    ...UNIT_OPTIONS,
    { flags: "--from <day>", description: "the first day, like 2026-12-01 (default: 30 days ago)" },
    { flags: "--to <day>", description: "the last day (default: today)" },
    { flags: "--messages", description: "show each arm's messages as well" },
    ...PLACE_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast outcomes view --app yoga --environment production",
      does: "everything of the last 30 days",
    },
    {
      line: "holdfast outcomes view --app yoga --environment production --experiment monthly_switch --from 2026-12-01 --messages",
      does: "one experiment since it began, by message",
    },
    {
      line: "holdfast outcomes view --app yoga --environment production --output json",
      does: "for a program, with revenue in thousandths of a currency's unit",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const unit = readUnit(options);
    const [from, to] = [options.text("from"), options.text("to")];
    const { server, client, app, environment } = await openPlace(input, io);
    const { body } = await client.call(routes.readOutcomes, {
      params: { app, environment },
      query: {
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(unit === undefined ? {} : { unit }),
      },
    });
    print(input, io, {
      json: { server, app, environment, ...body },
      table: () => renderOutcomes(body, { withMessages: options.flag("messages") }),
    });
    return 0;
  },
};
