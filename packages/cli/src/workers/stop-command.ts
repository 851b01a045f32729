import { openNamespacePublisher } from "@holdfast/runtime/node";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Options } from "../command.ts";
import { APP_OPTION } from "../control-plane/app-option.ts";
import { LIVE_ENVIRONMENT_OPTION } from "../going-live/place-options.ts";
import { sayInstant } from "../instant.ts";
import { columns, print } from "../output.ts";
import { appIdOf } from "../publish-snapshot.ts";
import { createStyle } from "../style.ts";
import { requireEnvironment } from "../storekit/storekit-options.ts";
import { checkStop } from "./check-stop.ts";
import { NAMESPACE_OPTIONS, openNamespace } from "./open-namespace.ts";
import { changeStops } from "./stop-change.ts";
import type { StopChange } from "./stop-change.ts";
import { readPublisherKeys, readRuntimeSecret, SECRETS_OPTION } from "./publisher-secrets.ts";

const WORDS = {
  pause: {
    summary: "Have Workers answer with the fallback, or stop offers, without a control plane",
    description:
      "Every request is then answered with the flow's fallback message; with --offers none is given an offer; with --offer these alone are not given. Refuses where nothing is published. ",
    examples: [
      {
        line: "holdfast workers pause --app yoga --environment production",
        does: "answer every request with the fallback",
      },
      {
        line: "holdfast workers pause --app yoga --environment production --offer yoga.annual/half_price",
        does: "stop one offer",
      },
    ],
  },
  resume: {
    summary: "Take back what holdfast workers pause did",
    description:
      "The whole app, all offers (--offers) and single ones (--offer) are paused and resumed each for itself. ",
    examples: [
      {
        line: "holdfast workers resume --app yoga --environment production",
        does: "answer by what is live again",
      },
    ],
  },
} as const;

/** Returns `holdfast workers pause` or `holdfast workers resume`: each is the way back of the other. */
export function stopCommand(verb: StopChange["verb"]): Command {
  const { summary, description, examples } = WORDS[verb];
  return {
    summary,
    description: `${description}Writes a signed stop list to the namespace, with the secrets that holdfast workers publish takes; Workers heed it within 90 s. With a control plane it is holdfast ${verb}.`,
    options: [
      APP_OPTION,
      { ...LIVE_ENVIRONMENT_OPTION, description: "where (required)" },
      { flags: "--offers", description: "all offers; messages go on" },
      {
        flags: "--offer <product/offer>",
        description: "one offer, like yoga.annual/half_price; may come more than once",
        repeatable: true,
      },
      ...NAMESPACE_OPTIONS,
      SECRETS_OPTION,
    ],
    examples,
    async run(input, io) {
      const { options } = input;
      const place = { app: appIdOf(options), environment: requireEnvironment(options) };
      const change = readStopChange(verb, options);
      const namespace = await openNamespace(options, io);
      const publisher = await openNamespacePublisher({
        keys: await readPublisherKeys(options, io),
        runtimeSecret: await readRuntimeSecret(options, io),
        namespace,
      });
      for (const warning of await checkStop(namespace, place, change)) io.warn(warning);
      const { format: _, ...list } = await publisher.changeStops(
        place,
        (before) => changeStops(before, change),
        io.now(),
      );
      print(input, io, {
        json: list,
        table: () => [
          createStyle(io).green("in the namespace; Workers heed it within 90 s"),
          ...columns([
            ["  app", `${list.app} ${list.environment}`],
            ["  issued", sayInstant(list.issuedAt)],
            ["  app paused", list.appPaused ? "yes" : "no"],
            ["  offers paused", list.offersPaused ? "yes" : "no"],
            ["  stopped offers", list.stoppedOffers.join(", ") || "none"],
          ]),
        ],
      });
      return 0;
    },
  };
}

/** @throws UsageError `OPTION_INVALID` */
function readStopChange(verb: StopChange["verb"], options: Options): StopChange {
  const offers = options.list("offer");
  if (offers.every((offer) => /^[^/]+\/[^/]+$/.test(offer))) {
    return { verb, allOffers: options.flag("offers"), offers };
  }
  throw new UsageError("OPTION_INVALID", "--offer: expected a product and an offer, like p/o");
}
