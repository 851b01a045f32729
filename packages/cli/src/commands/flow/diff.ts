import type { Command, CommandInput, Io } from "../../command.ts";
import { DEFAULT_FLOW_FILE, ENVIRONMENT_OPTION, FLOW_ARGUMENT } from "../../flow-options.ts";
import { compareContents, contentOf } from "../../flow-versions/flow-content.ts";
import type { FlowContent } from "../../flow-versions/flow-content.ts";
import type { AppAtControl } from "../../flow-versions/read-version.ts";
import { renderChanges } from "../../flow-versions/render-changes.ts";
import { parseVersionReference, readReferred } from "../../flow-versions/version-reference.ts";
import { APP_AT_CONTROL_OPTIONS, openAppAtControl } from "../../going-live/place-options.ts";
import { loadUsableFlow } from "../../load-flow.ts";
import { print } from "../../output.ts";
import { createStyle, printable } from "../../style.ts";
import { UsageError } from "@holdfast/appstore/errors";

/** `holdfast flow diff` */
export const diff: Command = {
  summary: "Say in words what is different between a flow here, what is live, and saved versions",
  description:
    "Without --from and --to: what publishing the flow here would change of what is live. By meaning: comments, layout and the order of members are no difference, the order of rules is. " +
    "Exits 0 when nothing is different by meaning, 3 when something is.",
  arguments: [FLOW_ARGUMENT],
  options: [
    ...APP_AT_CONTROL_OPTIONS,
    {
      flags: "--from <version>",
      description: "a version's number, latest or live (default: live)",
    },
    {
      flags: "--to <version>",
      description: "a version's number, latest or live (default: the flow's file)",
    },
    {
      ...ENVIRONMENT_OPTION,
      description: "where live is (default: production, where the app is served there)",
    },
  ],
  examples: [
    { line: "holdfast flow diff --app yoga", does: "what publishing flow.yaml would change" },
    { line: "holdfast flow diff --app yoga --from 41 --to 42", does: "between two saved versions" },
    {
      line: "holdfast flow diff --app yoga --environment sandbox --output json",
      does: "in CI: one JSON document, and exit code 3 when something is different",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const from = parseVersionReference(options.text("from") ?? "live", "--from");
    const readTo = await openTarget(input, io);
    const { server, ...place } = await openAppAtControl(input, io);
    const environment = options.choice("environment", ["sandbox", "production"]);
    const before = await readReferred(place, from, environment);
    const after = await readTo(place);
    const { isSame, changes } = compareContents(before.version, after.content);
    const style = createStyle(io);
    print(input, io, {
      json: { server, app: place.app, from: before.name, to: after.name, isSame, changes },
      table: () => [
        style.bold(printable(`${before.name} → ${after.name}`)),
        ...(isSame ? [style.dim("  nothing is different")] : renderChanges(changes, io)),
      ],
    });
    return changes?.length === 0 ? 0 : 3;
  },
};

/** What is compared with, and how people call it. */
interface Target {
  readonly name: string;
  readonly content: FlowContent;
}

/** Reads the flow's file first, where that is meant: what is wrong with it needs no server to be told. */
async function openTarget(
  { arguments: [file], options }: CommandInput,
  io: Io,
): Promise<(place: AppAtControl) => Promise<Target>> {
  const to = options.text("to");
  if (to === undefined) {
    const flow = await loadUsableFlow(io, { file: file ?? DEFAULT_FLOW_FILE });
    const target = { name: flow.file, content: contentOf(flow) };
    return async () => target;
  }
  if (file !== undefined) {
    throw new UsageError("OPTION_INVALID", `expected a file or --to, got both: ${file}`);
  }
  const reference = parseVersionReference(to, "--to");
  const environment = options.choice("environment", ["sandbox", "production"]);
  return async (place) => {
    const { name, version } = await readReferred(place, reference, environment);
    return { name, content: version };
  };
}
