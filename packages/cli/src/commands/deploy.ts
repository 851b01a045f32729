import type { Command } from "../command.ts";
import { APP_OPTION } from "../control-plane/app-option.ts";
import { CONTROL_OPTIONS } from "../control-plane/open-control.ts";
import { FLOW_ARGUMENT } from "../flow-options.ts";
import {
  CONTROL_DEPLOY_OPTIONS,
  refuseControlDeployOptions,
} from "../going-live/deploy-options.ts";
import { deployThroughControl } from "../going-live/deploy-through-control.ts";
import { findLocalRuntime, LOCAL_RUNTIME_OPTION } from "../going-live/destination.ts";
import { APPLY_OPTIONS, checkApplyOptions } from "../provisioning/apply-provisioning.ts";
import { deployHere } from "../provisioning/deploy-here.ts";
import { PROVISIONING_OPTIONS } from "../provisioning/provisioning-options.ts";
import { resumable } from "../provisioning/resumable.ts";
import { appIdOf } from "../publish-snapshot.ts";

/** `holdfast deploy` */
export const deploy: Command = resumable("deploy", {
  summary: "Validate, upload, wait for approval and publish, in one word",
  description:
    "Through the control plane, unless --data names the runtime of this machine. The file is saved as a version first, or --version names a saved one; the control plane then uploads what Apple lacks, waits for the review, sets the default messages, publishes and sets the URL, and goes on by itself however long that takes. Run again, the command follows what is under way. It ends when the flow is live, or waits for Apple's review: --wait waits on. " +
    "With --data all of that is done from here, with the credentials of this machine: what apply does, and, when Apple has approved every message and image of the flow and has its default messages, what flow publish does, before the URL is set. The In-App Purchase key that talks to Apple is delivered with it, sealed, to sign offers. " +
    "Exits as apply does; nothing is published, and the URL not set, when something before failed or waits.",
  arguments: [FLOW_ARGUMENT],
  options: [
    APP_OPTION,
    ...CONTROL_OPTIONS,
    ...CONTROL_DEPLOY_OPTIONS,
    LOCAL_RUNTIME_OPTION,
    ...PROVISIONING_OPTIONS,
    ...APPLY_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast deploy --app yoga --environment sandbox --wait",
      does: "bring flow.yaml live in the sandbox",
    },
    {
      line: "holdfast deploy --app yoga --environment production --detach --output json",
      does: "in CI: let the control plane do it, and do not wait",
    },
    {
      line: "holdfast deploy --app yoga --environment sandbox --wait --data .holdfast",
      does: "from this machine, for its own runtime",
    },
  ],
  async run(input, io) {
    const { options } = input;
    checkApplyOptions(options);
    // Both ways need it, and the machine's own asks for it late.
    appIdOf(options);
    const dataDirectory = await findLocalRuntime(input, io);
    if (dataDirectory === undefined) return deployThroughControl(input, io);
    refuseControlDeployOptions(options);
    return deployHere(input, dataDirectory, io);
  },
});
