import type { Migration } from "../migrate/migration.ts";
import { foundation } from "./0001-foundation.ts";

/** Every migration this release knows, in order. An applied one never changes: add another. */
export const MIGRATIONS: readonly Migration[] = [foundation];
