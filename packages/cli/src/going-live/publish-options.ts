import { UsageError } from "@holdfast/appstore/errors";
import type { CommandInput, OptionSpec, Options } from "../command.ts";
import { NOTE_OPTION } from "../flow-versions/note-option.ts";
import { parseVersionReference } from "../flow-versions/version-reference.ts";
import type { VersionReference } from "../flow-versions/version-reference.ts";
import { parseInstant } from "../instant.ts";

/** Publications are counted from 1; 0 stands for none. */
const MAX_SEQUENCE = Number.MAX_SAFE_INTEGER;

/** What is expected to be live by whoever changes it. */
export const EXPECT_OPTION: OptionSpec = {
  flags: "--expect-sequence <number>",
  description:
    "refuse unless this sequence is live, 0 for none (default: what is live when the command looks)",
};

/** What publishing takes that a control plane alone can do. */
export const PUBLISH_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--version <version>",
    description: "a saved version instead of the file: its number, or latest",
  },
  NOTE_OPTION,
  { flags: "--at <time>", description: "publish later, at a time like 2026-12-01T09:00:00Z" },
  EXPECT_OPTION,
  {
    flags: "--again",
    description: "publish a version that is live already, with the catalog and the reviews of now",
  },
];

/** What is to be published, as {@link PUBLISH_OPTIONS} say it. */
export interface WantedPublication {
  /** Undefined for the file. */
  readonly version: VersionReference | undefined;
  readonly note: string | undefined;
  /** Milliseconds since 1970; undefined for now. */
  readonly publishAt: number | undefined;
  readonly expectedSequence: number | undefined;
  /** Whether what is live already is published once more. */
  readonly isAgain: boolean;
}

/**
 * Reads {@link PUBLISH_OPTIONS}.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readWantedPublication({
  arguments: [file],
  options,
}: CommandInput): WantedPublication {
  const [version, at] = [options.text("version"), options.text("at")];
  if (version !== undefined && file !== undefined) {
    throw new UsageError("OPTION_INVALID", `expected a file or --version, got both: ${file}`);
  }
  return {
    version: version === undefined ? undefined : parseVersionReference(version, "--version"),
    note: options.text("note"),
    publishAt: at === undefined ? undefined : parseInstant(at, "--at"),
    expectedSequence: readExpectedSequence(options),
    isAgain: options.flag("again"),
  };
}

/**
 * Reads {@link EXPECT_OPTION}.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readExpectedSequence(options: Options): number | undefined {
  return options.integer("expect-sequence", { min: 0, max: MAX_SEQUENCE });
}

/**
 * Refuses options that a control plane alone heeds, where the runtime of this machine is meant.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function refuseControlOptions(options: Options): void {
  const texts = ["version", "note", "at", "expect-sequence"];
  const given = texts.filter((name) => options.text(name) !== undefined);
  if (options.flag("again")) given.push("again");
  if (given.length === 0) return;
  const flags = given.map((name) => `--${name}`).join(", ");
  throw new UsageError(
    "OPTION_INVALID",
    `${flags}: expected a control plane, which keeps versions; leave --data (or HOLDFAST_DATA_DIR) out`,
  );
}
