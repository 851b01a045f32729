import { routes } from "@holdfast/api";
import type { Command } from "../../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../../going-live/place-options.ts";
import { print } from "../../../output.ts";
import { createStyle } from "../../../style.ts";

/** `holdfast flow schedules cancel` */
export const cancel: Command = {
  summary: "Keep a scheduled version from being published",
  arguments: [
    { name: "schedule", description: "its id, as flow schedules list shows it", required: true },
  ],
  options: PLACE_OPTIONS,
  examples: [
    {
      line: "holdfast flow schedules cancel schedule_1cRs --app yoga --environment production",
      does: "leave what is live as it is",
    },
  ],
  async run(input, io) {
    const { server, client, app, environment } = await openPlace(input, io);
    // The parser does not go on without it.
    const [schedule = ""] = input.arguments;
    await client.call(routes.cancelSchedule, { params: { app, environment, schedule } });
    print(input, io, {
      json: { server, app, environment, schedule, state: "cancelled" },
      table: () => [createStyle(io).green(`${schedule} is cancelled`)],
    });
    return 0;
  },
};
