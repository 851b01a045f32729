export { AppleApiError, httpStatusOf } from "./apple-api-error.ts";
export type { AppleErrorCode } from "./apple-error-table.ts";
export { EmulatorError, emulatorError, type EmulatorErrorCode } from "./emulator-error.ts";
