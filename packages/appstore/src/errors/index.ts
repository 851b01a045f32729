export { BadDataError, CodedError, PolicyError, UpstreamError, UsageError } from "./coded-error.ts";
