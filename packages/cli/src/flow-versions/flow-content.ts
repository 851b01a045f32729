import { diffFlows, diffImageFiles } from "@holdfast/flow/diff";
import type { FlowChange } from "@holdfast/flow/diff";
import { parseFlow } from "@holdfast/flow/document";
import type { FlowDocument } from "@holdfast/flow/document";
import { imagesOf } from "../images/images-of-flow.ts";
import type { UsableFlow } from "../load-flow.ts";

/** A flow as the control plane keeps it: what its versions are made of. */
export interface FlowContent {
  /** The document as written, comments and all. */
  readonly source: string;
  /** The files its `messageFiles` name: text by path, as the document writes it. */
  readonly files: Readonly<Record<string, string>>;
  /** The image files it names: SHA-256 in lowercase hex, by path. */
  readonly images: Readonly<Record<string, string>>;
}

/** Returns a flow that was loaded as the control plane keeps it. */
export function contentOf({ text, document, beside }: UsableFlow): FlowContent {
  const files = new Map<string, string>();
  parseFlow(text, {
    includes(path) {
      const included = beside.textOf(path);
      if (included !== undefined) files.set(path, included);
      return included;
    },
  });
  const images = imagesOf(document).flatMap(({ image: { file } }) => {
    const sha256 = file === undefined ? undefined : beside.sha256Of(file);
    return file === undefined || sha256 === undefined ? [] : [[file, sha256] as const];
  });
  return { source: text, files: Object.fromEntries(files), images: Object.fromEntries(images) };
}

/** How one content differs from another. */
export interface ContentDifference {
  /** Whether nothing at all is different, comments and layout included. */
  readonly isSame: boolean;
  /** By meaning; undefined where this release cannot read one of the two. */
  readonly changes: readonly FlowChange[] | undefined;
}

/** Compares two contents by meaning. */
export function compareContents(before: FlowContent, after: FlowContent): ContentDifference {
  if (isSameContent(before, after)) return { isSame: true, changes: [] };
  const [was, is] = [documentOf(before), documentOf(after)];
  if (was === undefined || is === undefined) return { isSame: false, changes: undefined };
  const changes = [...diffFlows(was, is), ...diffImageFiles(before.images, after.images)];
  return { isSame: false, changes };
}

/** Returns the document of a content; undefined where this release cannot read it. */
export function documentOf({ source, files }: FlowContent): FlowDocument | undefined {
  const includes = (path: string): string | undefined =>
    Object.hasOwn(files, path) ? files[path] : undefined;
  return parseFlow(source, { includes }).document;
}

function isSameContent(one: FlowContent, other: FlowContent): boolean {
  return (
    one.source === other.source &&
    isSameRecord(one.files, other.files) &&
    isSameRecord(one.images, other.images)
  );
}

function isSameRecord(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && one[name] === other[name])
  );
}
