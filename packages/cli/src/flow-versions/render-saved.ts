import type { Io } from "../command.ts";
import { sayCount } from "../say-count.ts";
import { createStyle } from "../style.ts";
import { renderChanges } from "./render-changes.ts";
import type { SavedVersion } from "./save-version.ts";

/** Renders for people what came of saving a flow. */
export function renderSaved(
  { version, isNew, previous, changes, imagesSent }: SavedVersion,
  io: Pick<Io, "colors">,
): readonly string[] {
  const style = createStyle(io);
  if (!isNew) return [`nothing changed: version ${version}, the newest, is this flow already`];
  const sent = imagesSent === 0 ? "" : `, with ${sayCount(imagesSent, "new image file")}`;
  const head = `${style.green(`version ${version} saved`)}${sent}`;
  if (previous === undefined) return [`${head}: the app's first`];
  return [`${head}; since version ${previous}:`, ...renderChanges(changes, io)];
}
