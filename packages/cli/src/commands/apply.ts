import type { Command } from "../command.ts";
import { FLOW_ARGUMENT } from "../flow-options.ts";
import { print } from "../output.ts";
import {
  APPLY_OPTIONS,
  applyProvisioning,
  checkApplyOptions,
  exitCodeOfApply,
} from "../provisioning/apply-provisioning.ts";
import { makePlan, openProvisioning } from "../provisioning/open-provisioning.ts";
import { PROVISIONING_OPTIONS } from "../provisioning/provisioning-options.ts";
import { sayPlace } from "../storekit/base-url.ts";
import { renderApply } from "../provisioning/render-apply.ts";
import { resumable } from "../provisioning/resumable.ts";

/** `holdfast apply` */
export const apply: Command = resumable("apply", {
  summary: "Give Apple what it lacks of a flow's messages, images, defaults and URL",
  description:
    "Uploads what is missing, sets default messages once their messages are approved, sets the URL. Can be interrupted anywhere and run again; applying twice does nothing. Deletes nothing without --prune --confirm. " +
    "Exits 0 when everything is as the flow wants, 5 when something waits for Apple's approval, 1 when something failed.",
  arguments: [FLOW_ARGUMENT],
  options: [...PROVISIONING_OPTIONS, ...APPLY_OPTIONS],
  examples: [
    {
      line: "holdfast apply --environment sandbox",
      does: "bring flow.yaml into the sandbox, where Apple approves at once",
    },
    {
      line: "holdfast apply --environment production --wait --timeout 24h",
      does: "upload, wait for Apple's review, then set the default messages",
    },
    {
      line: "holdfast apply --environment sandbox --prune --confirm",
      does: "delete also what nothing has used for the rollback window",
    },
  ],
  async run(input, io) {
    checkApplyOptions(input.options);
    const provisioning = await openProvisioning(input, io);
    const plan = await makePlan(provisioning, input, io);
    const result = await applyProvisioning(plan, provisioning, { input, io });
    print(input, io, {
      json: result,
      table: () => renderApply(result, sayPlace(provisioning.client.baseUrl), io),
    });
    return exitCodeOfApply(result);
  },
});
