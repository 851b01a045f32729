import { UsageError } from "@holdfast/appstore/errors";
import { checkRealtimeUrl } from "@holdfast/appstore/retention-messaging";
import type { Io, OptionSpec, Options } from "../command.ts";
import { NOTE_OPTION } from "../flow-versions/note-option.ts";
import { requireSound } from "../storekit/check-values.ts";
import { EXPECT_OPTION } from "./publish-options.ts";

/** What deploying takes that a control plane alone can do. */
export const CONTROL_DEPLOY_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--version <version>",
    description: "a saved version instead of the file: its number, or latest",
  },
  NOTE_OPTION,
  EXPECT_OPTION,
  {
    flags: "--publishable",
    description:
      "publish as soon as what is approved makes a valid flow; texts approved later are added by themselves (default: when everything is approved)",
  },
  { flags: "--no-defaults", description: "leave Apple's default messages as they are" },
  {
    flags: "--realtime-url <url>",
    description:
      "the URL that Apple is to ask, instead of the one the flow names: https, at most 256 characters",
  },
  { flags: "--detach", description: "do not follow it: the control plane goes on by itself" },
];

/**
 * Returns the URL that Apple is to ask, checked; undefined where the flow's counts.
 *
 * @throws UsageError with the code of what is wrong with it
 */
export function readRealtimeUrl(options: Options, io: Pick<Io, "warn">): string | undefined {
  const url = options.text("realtime-url")?.trim();
  if (url !== undefined) requireSound("--realtime-url", checkRealtimeUrl(url), io);
  return url;
}

/**
 * Refuses {@link CONTROL_DEPLOY_OPTIONS} where all is done from this machine.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function refuseControlDeployOptions(options: Options): void {
  const given = [
    ...["version", "note", "expect-sequence", "realtime-url"].filter(
      (name) => options.text(name) !== undefined,
    ),
    ...["publishable", "detach"].filter((name) => options.flag(name)),
    ...(options.flag("defaults") ? [] : ["no-defaults"]),
  ];
  if (given.length === 0) return;
  const flags = given.map((name) => `--${name}`).join(", ");
  throw new UsageError(
    "OPTION_INVALID",
    `${flags}: expected a control plane; leave --data (or HOLDFAST_DATA_DIR) out`,
  );
}
