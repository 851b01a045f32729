export { EXPORT_FORMATS, parseExportDestination } from "./export-destination.ts";
export type { ExportDestination } from "./export-destination.ts";
export { createExportsFeature } from "./exports-feature.ts";
export { exportJob } from "./export-job.ts";
export { openS3Store } from "./s3-store.ts";
export { eraseFromExports } from "./written-days.ts";
