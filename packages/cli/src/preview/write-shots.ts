import { join } from "node:path";
import type { Io } from "../command.ts";
import { writeBytes } from "../files.ts";
import type { MessageUseKind } from "./message-uses.ts";
import type { Preview, ShownMessage, ShownText } from "./preview-model.ts";
import { renderShot } from "./render-page.ts";
import { takeScreenshot } from "./take-screenshot.ts";

/** Two phones side by side with their margins. */
const WIDTH = 856;
const PHONE_WIDTH = 390;
const LEAST_PHONE_HEIGHT = 600;
/** No browser draws much more; an image of odd dimensions asks for it. */
const MOST_HEIGHT = 8000;
/** The most that the parts of a page take, with the longest texts Apple takes. */
const HEIGHT = { frame: 170, use: 28, issue: 56, words: 210, bullet: 72, lower: 190, plan: 55 };

/** Uses for which Apple shows something of its own above its buttons. */
const WITH_PLAN: ReadonlySet<MessageUseKind> = new Set(["offer", "switch"]);

/** What shots are made with. */
export interface ShotMeans {
  readonly browser: string;
  /** Relative to `io.cwd`; made when it is not there. */
  readonly directory: string;
  readonly io: Io;
  /** Told of each picture as it is written. */
  readonly onShot: (file: string) => void;
}

/**
 * Writes one PNG per text, `<message>.<locale>.png`, and returns the files' names.
 *
 * @throws UpstreamError `BROWSER_FAILED`, `REQUEST_ABORTED`
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function writeShots(
  preview: Preview,
  { browser, directory, io, onShot }: ShotMeans,
): Promise<readonly string[]> {
  const nameOf = createFileNames();
  const files: string[] = [];
  for (const message of preview.messages) {
    for (const text of message.texts) {
      const file = join(directory, nameOf(message.name, text.locale));
      const html = renderShot(message, text);
      const shot = { html, width: WIDTH, height: heightOf(message, text) };
      await writeBytes(io, file, await takeScreenshot(browser, shot, io));
      files.push(file);
      onShot(file);
    }
  }
  return files;
}

/** A picture cannot know its page's height before; the phones fill what is left of it. */
function heightOf({ uses }: ShownMessage, { image, bullets, issues }: ShownText): number {
  const above = HEIGHT.frame + uses.length * HEIGHT.use + issues.length * HEIGHT.issue;
  const { picture } = image ?? {};
  const imageHeight =
    picture === undefined ? 0 : Math.ceil((PHONE_WIDTH * picture.height) / picture.width);
  const content = imageHeight + HEIGHT.words + bullets.length * HEIGHT.bullet;
  const plans = new Set(uses.map(({ kind }) => kind).filter((kind) => WITH_PLAN.has(kind)));
  const phone = content + HEIGHT.lower + plans.size * HEIGHT.plan;
  return Math.min(above + Math.max(phone, LEAST_PHONE_HEIGHT), MOST_HEIGHT);
}

/**
 * Names of a flow that is invalid may hold anything, and some file systems take `A` for `a`: names
 * stay in the directory and are different for all.
 */
function createFileNames(): (message: string, locale: string) => string {
  const taken = new Set<string>();
  return (message, locale) => {
    const wanted = [message, locale].map((part) => part.replaceAll(/[^A-Za-z0-9_-]/g, "_"));
    const name = wanted.join(".");
    let free = name;
    for (let number = 2; taken.has(free.toLowerCase()); number += 1) free = `${name}-${number}`;
    taken.add(free.toLowerCase());
    return `${free}.png`;
  };
}
