import type { Route } from "../contract/route.ts";
import * as apps from "./apps.ts";
import * as audit from "./audit.ts";
import * as keys from "./keys.ts";
import * as people from "./people.ts";
import * as session from "./session.ts";
import * as tokens from "./tokens.ts";

/** Every operation, by its operationId. */
export const routes = {
  ...session,
  ...people,
  ...tokens,
  ...audit,
  ...apps,
  ...keys,
} as const satisfies Readonly<Record<string, Route>>;

/** What the groups of operations are about, in the order they are documented in. */
export const TAGS = {
  "Setup and sessions": "The first admin, signing in and out.",
  People: "Who can sign in, and what they may do.",
  Tokens: "Bearer tokens for scripts, pipelines and runtimes.",
  Audit: "What was done, by whom.",
  Apps: "The apps that are answered for, and how, per environment.",
  Keys: "In-App Purchase keys and App Store Connect keys: two kinds, though both are .p8 files.",
} as const;
