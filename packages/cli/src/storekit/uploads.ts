import { isAlreadyThere } from "@holdfast/appstore/retention-messaging/client";
import type { UploadOutcome } from "@holdfast/appstore/retention-messaging/client";
import type { OptionSpec, Options } from "../command.ts";

/** What to do when the identifier is in use. */
export const IF_EXISTS_OPTION: OptionSpec = {
  flags: "--if-exists <what>",
  description:
    "when the identifier is in use: fail, or skip (content is not compared, for Apple does not show it)",
  choices: ["fail", "skip"],
  default: "fail",
};

/**
 * Uploads, or finds that it is there already and that this is fine.
 *
 * @throws AppleApiError
 */
export async function uploadUnlessThere(
  options: Options,
  upload: () => Promise<UploadOutcome>,
): Promise<"uploaded" | "skipped"> {
  try {
    await upload();
    return "uploaded";
  } catch (error) {
    if (isAlreadyThere(error) && options.text("if-exists") === "skip") return "skipped";
    throw error;
  }
}
