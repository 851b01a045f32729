import type { Command } from "../../command.ts";
import { APP_OPTION } from "../../control-plane/app-option.ts";
import { CONTROL_OPTIONS } from "../../control-plane/open-control.ts";
import {
  CATALOG_OPTION,
  FLOW_ARGUMENT,
  REVIEW_STATES_OPTION,
  STRICT_OPTION,
} from "../../flow-options.ts";
import { findLocalRuntime, LOCAL_RUNTIME_OPTION } from "../../going-live/destination.ts";
import { LIVE_ENVIRONMENT_OPTION } from "../../going-live/place-options.ts";
import { publishHere } from "../../going-live/publish-here.ts";
import { PUBLISH_OPTIONS, refuseControlOptions } from "../../going-live/publish-options.ts";
import { publishThroughControl } from "../../going-live/publish-through-control.ts";
import { RUNTIME_WAIT_OPTIONS } from "../../going-live/wait-for-runtimes.ts";
import { STATE_OPTION } from "../../provisioning/provisioning-options.ts";
import { KEY_OPTIONS } from "../../signing-key.ts";

/** `holdfast flow publish` */
export const publish: Command = {
  summary: "Put a flow live, through the control plane or for the runtime of this machine",
  description:
    "Through the control plane, unless --data names the runtime of this machine. The file is saved as a version first, as flow push does, or --version names a saved one; what changes is told, and nothing is published over something else than was looked at. Then the connected runtimes are waited for, and until it is written for the app's Cloudflare Workers, where it has any: they answer by it within 90 s. " +
    "With --data the flow is compiled here and written, signed, to that directory, from where a running `holdfast serve --role runtime` takes it by itself; the In-App Purchase key is delivered with it, sealed, and without one offers are answered with their fallback. " +
    "Nothing is uploaded to Apple: holdfast plan shows what Apple lacks, holdfast deploy uploads, waits for approval and publishes. " +
    "Exits 5 when it is live and a connected runtime does not answer by it yet, or it is not written for Workers.",
  arguments: [FLOW_ARGUMENT],
  options: [
    APP_OPTION,
    { ...LIVE_ENVIRONMENT_OPTION, description: "where it goes live (required)" },
    ...CONTROL_OPTIONS,
    ...PUBLISH_OPTIONS,
    ...RUNTIME_WAIT_OPTIONS,
    LOCAL_RUNTIME_OPTION,
    ...KEY_OPTIONS,
    CATALOG_OPTION,
    REVIEW_STATES_OPTION,
    STRICT_OPTION,
    STATE_OPTION,
  ],
  examples: [
    {
      line: 'holdfast flow publish --app yoga --environment sandbox --note "Half price in December"',
      does: "save flow.yaml and put it live in the sandbox",
    },
    {
      line: "holdfast flow publish --app yoga --environment production --version 42 --at 2026-12-01T09:00:00Z",
      does: "put a saved version live later",
    },
    {
      line: "holdfast flow publish --app yoga --environment sandbox --data .holdfast",
      does: "for the runtime of this machine, without a control plane",
    },
  ],
  async run(input, io) {
    const dataDirectory = await findLocalRuntime(input, io);
    if (dataDirectory === undefined) return publishThroughControl(input, io);
    refuseControlOptions(input.options);
    return publishHere(input, dataDirectory, io);
  },
};
