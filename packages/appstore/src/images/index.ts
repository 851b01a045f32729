export type { KnownImageSize } from "./image-dimensions.ts";
export { inspectPng } from "./inspect-png.ts";
export type { PngInspection, RefusedPng, SoundPng } from "./inspect-png.ts";
export type { PngColorType, PngHeader } from "./png-header.ts";
export type { PngProblem, PngProblemCode } from "./png-problem.ts";
