import type { Command } from "../../command.ts";
import {
  CATALOG_OPTION,
  DEFAULT_FLOW_FILE,
  FLOW_ARGUMENT,
  STRICT_OPTION,
} from "../../flow-options.ts";
import { MESSAGE_OPTION } from "../../flow-versions/note-option.ts";
import { renderSaved } from "../../flow-versions/render-saved.ts";
import { saveVersion } from "../../flow-versions/save-version.ts";
import { APP_AT_CONTROL_OPTIONS, openAppAtControl } from "../../going-live/place-options.ts";
import { flowInputOf, loadUsableFlow } from "../../load-flow.ts";
import { print } from "../../output.ts";

/** `holdfast flow push` */
export const push: Command = {
  summary: "Save a flow as a version in the control plane",
  description:
    "Checks the flow as flow validate does, sends the image files it names, and saves it with its message files as the app's next version, comments and all; tells what is different from the newest one before. A flow that is the newest version already is not saved again. Nothing goes live: that is flow publish.",
  arguments: [FLOW_ARGUMENT],
  options: [...APP_AT_CONTROL_OPTIONS, MESSAGE_OPTION, CATALOG_OPTION, STRICT_OPTION],
  examples: [
    {
      line: 'holdfast flow push --app yoga --message "Half price in December"',
      does: "save flow.yaml, and say why",
    },
    {
      line: "holdfast flow push app/flow.yaml --app yoga --output json",
      does: "in CI: one JSON document with the version's number",
    },
  ],
  async run(input, io) {
    const { arguments: files, options } = input;
    const flow = await loadUsableFlow(io, flowInputOf(files[0] ?? DEFAULT_FLOW_FILE, options));
    const { server, ...place } = await openAppAtControl(input, io);
    const saved = await saveVersion(place, { flow, note: options.text("message") }, io);
    print(input, io, {
      json: { server, app: place.app, ...saved },
      table: () => renderSaved(saved, io),
    });
    return 0;
  },
};
