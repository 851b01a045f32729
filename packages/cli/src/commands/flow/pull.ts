import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Io } from "../../command.ts";
import { writeBytes } from "../../files.ts";
import { DEFAULT_FLOW_FILE, ENVIRONMENT_OPTION } from "../../flow-options.ts";
import { readPulledFiles } from "../../flow-versions/pulled-files.ts";
import type { PulledFile } from "../../flow-versions/pulled-files.ts";
import { findUnsavedFiles } from "../../flow-versions/unsaved-files.ts";
import { parseVersionReference, readReferred } from "../../flow-versions/version-reference.ts";
import { APP_AT_CONTROL_OPTIONS, openAppAtControl } from "../../going-live/place-options.ts";
import { columns, print } from "../../output.ts";
import { createStyle, printable } from "../../style.ts";

/** `holdfast flow pull` */
export const pull: Command = {
  summary: "Write a saved version, with its message files and images, to files",
  description:
    "The document comes as it was pushed, comments and all. Files that are nowhere else are not overwritten: those of a flow that is not saved as one of the newest versions, unless --force says so. Nothing is written outside of the directory of the flow's file, and nothing at all where one of the files cannot be.",
  arguments: [
    {
      name: "file",
      description: `where the document goes; its files go beside it (default: ${DEFAULT_FLOW_FILE})`,
      required: false,
    },
  ],
  options: [
    ...APP_AT_CONTROL_OPTIONS,
    {
      flags: "--version <version>",
      description: "a version's number, latest or live (default: latest)",
    },
    {
      ...ENVIRONMENT_OPTION,
      description: "where live is (default: production, where the app is served there)",
    },
    { flags: "--force", description: "overwrite files that are nowhere else" },
  ],
  examples: [
    { line: "holdfast flow pull --app yoga", does: "bring flow.yaml to the newest version" },
    {
      line: "holdfast flow pull live/flow.yaml --app yoga --version live --environment production",
      does: "see what is live, beside what is here",
    },
  ],
  async run(input, io) {
    const { arguments: files, options } = input;
    const flowFile = files[0] ?? DEFAULT_FLOW_FILE;
    const reference = parseVersionReference(options.text("version") ?? "latest", "--version");
    const { server, ...place } = await openAppAtControl(input, io);
    const environment = options.choice("environment", ["sandbox", "production"]);
    const { version, name } = await readReferred(place, reference, environment);
    const pulled = await readPulledFiles(place, { version, flowFile }, io);
    if (!options.flag("force")) {
      refuseToLose(await findUnsavedFiles(place, { files: pulled, flowFile }, io));
    }
    for (const { path, bytes, state } of pulled) {
      if (state !== "same") await writeBytes(io, path, bytes);
    }
    print(input, io, {
      json: {
        server,
        app: place.app,
        version: version.version,
        files: pulled.map(({ path, state }) => ({ path, state })),
      },
      table: () => renderPulled(name, pulled, io),
    });
    return 0;
  },
};

function refuseToLose(unsaved: readonly string[]): void {
  if (unsaved.length === 0) return;
  throw new UsageError(
    "FILE_EXISTS",
    `nothing was written, for these files are nowhere else: ${unsaved.join(", ")}; save them (holdfast flow push), commit them, or overwrite them with --force`,
  );
}

function renderPulled(
  name: string,
  pulled: readonly PulledFile[],
  io: Pick<Io, "colors">,
): readonly string[] {
  const style = createStyle(io);
  const written = pulled.filter(({ state }) => state !== "same");
  if (written.length === 0) return [`${name}: everything here is as in it`];
  const rows = written.map(({ path, state }) => [
    `  ${state === "new" ? style.green("new") : style.yellow("overwritten")}`,
    printable(path),
  ]);
  return [style.green(`${name}, written:`), ...columns(rows)];
}
