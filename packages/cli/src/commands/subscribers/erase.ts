import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { APP_OPTION, requireApp } from "../../control-plane/app-option.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { ENVIRONMENT_OPTION } from "../../flow-options.ts";
import { print } from "../../output.ts";
import { sayCount } from "../../say-count.ts";
import { CONFIRM_OPTION, requireConfirm } from "../../storekit/mutation.ts";
import { printable } from "../../style.ts";
import { ID_FILE_ARGUMENT, readSubscriberName } from "../../subscribers/subscriber-name.ts";

/** `holdfast subscribers erase` */
export const erase: Command = {
  summary: "Forget everything of a subscriber",
  description:
    "Deletes what is stored of a subscription, or of all subscriptions of an account: state, history, attributes, decisions, and what is waiting to be fetched. Figures stay, for they name nobody; the audit log keeps the pseudonym. When Apple tells of the subscription again, it is known again. The id comes from a file or from standard input, so that no shell's history has it.",
  arguments: [ID_FILE_ARGUMENT],
  options: [
    CONFIRM_OPTION,
    APP_OPTION,
    { ...ENVIRONMENT_OPTION, description: "where (default: both)" },
    ...CONTROL_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast subscribers erase id.txt --app yoga --confirm",
      does: "in both environments, for good",
    },
  ],
  async run(input, io) {
    const { options } = input;
    requireConfirm(options, "what is erased cannot be brought back");
    const name = await readSubscriberName(io, input.arguments[0] ?? "");
    const app = requireApp(options);
    const environment = options.choice("environment", ["sandbox", "production"]);
    const { client } = await openControl(input, io);
    const { body } = await client.call(routes.eraseSubscriber, {
      params: { app },
      body: { ...name, ...(environment === undefined ? {} : { environment }) },
    });
    print(input, io, {
      json: body,
      table: () =>
        body.deleted.length === 0
          ? ["Nothing was stored of it"]
          : body.deleted.map(
              ({ environment: where, what, rows }) =>
                `Erased in ${where}: ${sayCount(rows, "row")} of ${printable(what)}`,
            ),
    });
    return 0;
  },
};
