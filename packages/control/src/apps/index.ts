export type { App, EnvironmentSettings, EnvironmentsSettings } from "./app.ts";
export { createAppsFeature } from "./apps-feature.ts";
export type { AppsFeatureOptions } from "./apps-feature.ts";
export type { AppDependents } from "./delete-app.ts";
export { readPseudonymKey } from "./pseudonym-key.ts";
export { findApp, listApps, readApp } from "./read-apps.ts";
export type { ListAppsOptions } from "./read-apps.ts";
export { signedDataExpectations } from "./signed-data-expectations.ts";
export type { AppExpectations } from "./signed-data-expectations.ts";
