export { accessRetentionJob } from "./access-retention-job.ts";
export type { AccessRetentionOptions } from "./access-retention-job.ts";
export type { AccessLifetimes } from "./access-services.ts";
export { createAccess } from "./create-access.ts";
export type { Access, AccessOptions } from "./create-access.ts";
export type { PasswordCost } from "./passwords.ts";
export type { SetupLink } from "./setup.ts";
export type { ProviderOptions, ProviderRule } from "./provider/provider-options.ts";
