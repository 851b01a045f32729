import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { print } from "../../output.ts";
import { readFlowReference } from "../../simulation/flow-reference.ts";
import { renderComparison } from "../../simulation/render-comparison.ts";
import { createStyle } from "../../style.ts";

/** How many decisions a comparison can go through. */
const MAX_DECISIONS = 10_000;

const REFERENCE = "live, latest, a version's number, a draft's id, or a flow's file";

/** `holdfast flow compare` */
export const compare: Command = {
  summary: "Say for whom of those who were asked another flow would have answered otherwise",
  description:
    "Evaluates two flows in the control plane for the subjects of the last decisions, each as it was recorded, and says how many would be sent something else: from what to what, and by which rules. Pauses do not count in it. " +
    "The ids of the subscriptions are opened for that, and the audit log says so: it takes the role editor. " +
    "Exits 0 when nobody would be sent something else, 3 when somebody would.",
  arguments: [
    { name: "from", description: `one flow: ${REFERENCE}`, required: true },
    { name: "to", description: "the other", required: true },
  ],
  options: [
    { flags: "--last <number>", description: "how many decisions (default: 1000; up to 10000)" },
    {
      flags: "--assume-approved",
      description: "take texts that Apple has not approved yet for approved",
    },
    ...PLACE_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast flow compare live flow.yaml --app yoga --environment production",
      does: "what the flow here would change for those who were asked",
    },
    {
      line: "holdfast flow compare 41 42 --app yoga --environment production --last 10000 --output json",
      does: "two saved versions, as one JSON document",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const [fromWord = "", toWord = ""] = input.arguments;
    const last = options.integer("last", { min: 1, max: MAX_DECISIONS }) ?? 1000;
    const { server: _, ...place } = await openPlace(input, io);
    const means = { io, assumeApproved: options.flag("assume-approved") };
    const from = await readFlowReference(fromWord, place, means);
    const to = await readFlowReference(toWord, place, means);
    const { app, environment } = place;
    const { body } = await place.client.call(routes.compareFlows, {
      params: { app, environment },
      body: { from: from.choice, to: to.choice, last },
      signal: io.signal,
    });
    print(input, io, {
      json: { app, environment, names: { from: from.name, to: to.name }, ...body },
      table: () =>
        renderComparison({ from: from.name, to: to.name, comparison: body }, createStyle(io)),
    });
    return body.different === 0 ? 0 : 3;
  },
};
