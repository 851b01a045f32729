import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Options } from "../../command.ts";
import {
  EMULATED_APP_OPTION,
  EMULATOR_PORT_OPTION,
  runningPort,
} from "../../emulator-control/emulator-options.ts";
import { openCancelSheet } from "../../emulator-control/open-cancel-sheet.ts";
import type { CancelSheetChoice } from "../../emulator-control/open-cancel-sheet.ts";
import { renderCancelSheet } from "../../emulator-control/render-cancel-sheet.ts";
import { print } from "../../output.ts";
import { createStyle } from "../../style.ts";

/** `holdfast emulator ask` */
export const ask: Command = {
  summary: "Have a subscriber of a running local App Store open the page that can cancel",
  description:
    "Sends one real-time request to the URL that is set, judges the answer as Apple does, and tells what a tap on Cancel would show. Exits 1 when the answer is not one Apple would take; then it shows something else, or nothing.",
  options: [
    EMULATED_APP_OPTION,
    {
      flags: "--environment <name>",
      description: "sandbox or production",
      choices: ["sandbox", "production"],
      default: "sandbox",
    },
    {
      flags: "--product <id>",
      description: "somebody who has this product (default: any)",
    },
    {
      flags: "--subscriber <id>",
      description: "this one, by the subscription's originalTransactionId",
    },
    { flags: "--locale <locale>", description: "on a device in this language (default: theirs)" },
    EMULATOR_PORT_OPTION,
  ],
  examples: [
    { line: "holdfast emulator ask --product yoga.monthly", does: "somebody wants to cancel" },
    {
      line: "holdfast emulator ask --product yoga.yearly --locale de-DE --output json",
      does: "in German, with all there is to know about it",
    },
  ],
  async run(input, io) {
    const view = await openCancelSheet(choiceOf(input.options));
    print(input, io, { json: view, table: () => renderCancelSheet(view, createStyle(io)) });
    return view.verdict.accepted ? 0 : 1;
  },
};

function choiceOf(options: Options): CancelSheetChoice {
  const [subscriber, product] = [options.text("subscriber"), options.text("product")];
  if (subscriber !== undefined && product !== undefined) {
    throw new UsageError("OPTION_INVALID", "expected either --product or --subscriber, got both");
  }
  return {
    port: runningPort(options),
    app: options.required("app"),
    environment: options.choice("environment", ["sandbox", "production"]) ?? "sandbox",
    subscriber,
    product,
    locale: options.text("locale"),
  };
}
