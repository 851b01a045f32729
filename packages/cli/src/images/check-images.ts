import { inspectPng } from "@holdfast/appstore/images";
import type { KnownImageSize, PngInspection, PngProblemCode } from "@holdfast/appstore/images";
import { createIssue } from "@holdfast/flow/document";
import type { FlowDocument, FlowIssue, FlowPositions } from "@holdfast/flow/document";
import type { BesideFlow } from "../beside-flow.ts";
import { imagesOf } from "./images-of-flow.ts";

/**
 * Checks a flow's image files as Apple does, all of their pixels included; a file that is missing is
 * validation's to tell. Each file is decoded once, however often it is used. Under `strict` warnings
 * are errors.
 */
export function checkImages(
  document: FlowDocument,
  positions: FlowPositions,
  { bytesOf, strict = false }: Pick<BesideFlow, "bytesOf"> & { readonly strict?: boolean },
): readonly FlowIssue<PngProblemCode>[] {
  const inspect = createInspector(bytesOf);
  return imagesOf(document).flatMap(({ image: { file }, size, path }) => {
    if (file === undefined) return [];
    const problems = inspect(file, size)?.problems ?? [];
    return problems.map(({ code, severity, message }) =>
      createIssue(
        {
          code,
          message: `"${file}": ${message}`,
          severity: strict ? "error" : severity,
          path: [...path, "file"],
        },
        positions,
      ),
    );
  });
}

type Inspect = (file: string, size: KnownImageSize) => PngInspection | undefined;

function createInspector(bytesOf: BesideFlow["bytesOf"]): Inspect {
  const known = new Map<string, PngInspection | undefined>();
  return (file, size) => {
    const key = `${size} ${file}`;
    if (!known.has(key)) {
      const bytes = bytesOf(file);
      known.set(key, bytes === undefined ? undefined : inspectPng(bytes, size));
    }
    return known.get(key);
  };
}
