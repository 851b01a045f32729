import { createHash } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { routes } from "@holdfast/api";
import { PolicyError } from "@holdfast/appstore/errors";
import { isPathBelow } from "@holdfast/flow/document";
import { readBytesIfPresent } from "../files.ts";
import type { Io } from "../command.ts";
import { requireConfined } from "../confined-directory.ts";
import type { AppAtControl, Version } from "./read-version.ts";

/** A file of a version, and what is in its place. */
export interface PulledFile {
  /** As the user would write it: the flow's own, or one below its directory. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly state: "new" | "changed" | "same";
}

/** What the control plane sent cannot be written here. */
class PullRefused extends PolicyError<"PULL_PATH_REFUSED" | "IMAGE_FILE_CORRUPT"> {}

/**
 * Returns the files of a version, read whole and compared with what is here; nothing is written. The
 * flow's own file is the last: it names the others. Paths come from whoever saved the version, so none
 * may lead out of the flow's directory, nor to a hidden file, like those of git, nor to the flow itself.
 *
 * @param flowFile - where the document goes, as the user wrote it
 * @throws PullRefused `PULL_PATH_REFUSED`, `IMAGE_FILE_CORRUPT`
 * @throws UsageError `FILE_UNWRITABLE` where a link leads out of the directory, `FILE_UNREADABLE`
 * @throws ControlCallError
 */
export async function readPulledFiles(
  place: AppAtControl,
  { version, flowFile }: { readonly version: Version; readonly flowFile: string },
  io: Pick<Io, "cwd">,
): Promise<readonly PulledFile[]> {
  const directory = dirname(flowFile);
  const placed = (path: string): string => confined(path, { flowFile, directory }, io);
  const images = Object.entries(version.images).map(
    ([path, sha256]) => [placed(path), sha256] as const,
  );
  const texts = Object.entries(version.files).map(([path, text]) => [placed(path), text] as const);
  const encoder = new TextEncoder();
  const files: PulledFile[] = [];
  for (const [path, sha256] of images) {
    files.push(await compared(path, await readImageFile(place, sha256), io));
  }
  for (const [path, text] of texts) files.push(await compared(path, encoder.encode(text), io));
  files.push(await compared(flowFile, encoder.encode(version.source), io));
  return files;
}

interface Target {
  readonly flowFile: string;
  readonly directory: string;
}

function confined(path: string, { flowFile, directory }: Target, io: Pick<Io, "cwd">): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const isHidden = parts.some((part) => part.startsWith("."));
  const isFlow = parts.length === 1 && parts[0] === basename(flowFile);
  if (!isPathBelow(path) || isHidden || isFlow || parts.length === 0) {
    throw new PullRefused(
      "PULL_PATH_REFUSED",
      `the version has a file at ${path}; expected paths below the flow's directory, not hidden, and none that is the flow's own; nothing was written`,
    );
  }
  requireConfined({ cwd: resolve(io.cwd, directory) }, parts.join("/"));
  return join(directory, ...parts);
}

async function readImageFile({ client, app }: AppAtControl, sha256: string): Promise<Uint8Array> {
  const params = { app, imageFile: sha256 };
  const { body } = await client.call(routes.readImageFile, { params });
  const bytes = new Uint8Array(Buffer.from(body.png, "base64"));
  if (createHash("sha256").update(bytes).digest("hex") === sha256) return bytes;
  throw new PullRefused(
    "IMAGE_FILE_CORRUPT",
    `expected the image file ${sha256}, got another; nothing was written`,
  );
}

async function compared(path: string, bytes: Uint8Array, io: Pick<Io, "cwd">): Promise<PulledFile> {
  const there = await readBytesIfPresent(io, path);
  if (there === undefined) return { path, bytes, state: "new" };
  const isSame = Buffer.compare(there, bytes) === 0;
  return { path, bytes, state: isSame ? "same" : "changed" };
}
