export { pngChunk, writePng } from "./write-png.ts";
export type { TestPng } from "./write-png.ts";
