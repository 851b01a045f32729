import { hasChanges, planDocument } from "@holdfast/provisioning";
import type { Command } from "../command.ts";
import { FLOW_ARGUMENT } from "../flow-options.ts";
import {
  CONTROL_PLAN_OPTIONS,
  isControlMeant,
  planThroughControl,
} from "../going-live/plan-through-control.ts";
import { print } from "../output.ts";
import { makePlan, openProvisioning } from "../provisioning/open-provisioning.ts";
import { PROVISIONING_OPTIONS } from "../provisioning/provisioning-options.ts";
import { sayPlace } from "../storekit/base-url.ts";
import { renderPlan } from "../provisioning/render-plan.ts";
import { resumable } from "../provisioning/resumable.ts";

/** `holdfast plan` */
export const plan: Command = resumable("plan", {
  summary: "Show what Apple lacks of a flow's messages, images, defaults and URL",
  description:
    "Reads Apple's lists and the URL and compares them with the flow; changes nothing. With --app the control plane does it, with its keys, for the file, which is not saved by that, or for a saved version that --version names; else it is done from here, with the credentials of this machine. Default messages are compared with what was last written or read, for reading them all takes hours in the sandbox; --refresh reads them. " +
    "Exits 0 when there is nothing to do, 3 when there are changes, 1 when a problem stands in the way.",
  arguments: [FLOW_ARGUMENT],
  options: [...CONTROL_PLAN_OPTIONS, ...PROVISIONING_OPTIONS],
  examples: [
    { line: "holdfast plan --environment sandbox", does: "compare flow.yaml with the sandbox" },
    {
      line: "holdfast plan app/flow.yaml --environment production --output json",
      does: "in CI: one JSON document, and exit code 3 when there is something to apply",
    },
    {
      line: "holdfast plan --environment sandbox --refresh",
      does: "after somebody else has changed default messages",
    },
    {
      line: "holdfast plan --app yoga --environment production",
      does: "through the control plane: what deploying flow.yaml would do at Apple",
    },
    {
      line: "holdfast plan --app yoga --environment production --version latest",
      does: "the same for the newest saved version",
    },
  ],
  async run(input, io) {
    if (isControlMeant(input.options)) return planThroughControl(input, io);
    const provisioning = await openProvisioning(input, io);
    const made = await makePlan(provisioning, input, io);
    const { flow, client } = provisioning;
    const place = sayPlace(client.baseUrl);
    print(input, io, {
      json: planDocument(made, flow.positions),
      table: () => renderPlan(made, { ...flow, place }, io),
    });
    if (made.problems.length > 0) return 1;
    return hasChanges(made) ? 3 : 0;
  },
});
