import { CONTROL_GROUPS, CONTROL_REGISTRY } from "./control-registry.ts";
import { LIVE_GROUPS, LIVE_REGISTRY } from "./live-registry.ts";
import type { RegistryEntry } from "./registry-entry.ts";
import { STOREKIT_GROUPS, STOREKIT_REGISTRY } from "./storekit-registry.ts";
import { WORKERS_GROUPS, WORKERS_REGISTRY } from "./workers-registry.ts";

export { FOLDED_TOPICS, TOPICS } from "./registry-entry.ts";
export type { RegistryEntry } from "./registry-entry.ts";

/** What a noun, or a noun below another, is about, for its help. */
export const GROUPS: Readonly<Record<string, string>> = {
  flow: "Write, check, try and publish flows",
  jws: "Look into what the App Store signs",
  offers: "Sign offers",
  ...STOREKIT_GROUPS,
  ...CONTROL_GROUPS,
  ...LIVE_GROUPS,
  ...WORKERS_GROUPS,
};

/** Every command, in the order help shows them. A command may be the noun of others. */
export const REGISTRY: readonly RegistryEntry[] = [
  {
    path: ["init"],
    topic: "Start",
    summary: "Start a project: a flow, its catalog, its tests",
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    path: ["dev"],
    topic: "Start",
    summary: "Run everything on this machine, with a local App Store",
    load: async () => (await import("./commands/dev.ts")).dev,
  },
  {
    path: ["doctor"],
    topic: "Start",
    summary: "Check keys, clock, access, URL and default messages",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    path: ["completion"],
    topic: "Start",
    summary: "Print a script that completes commands in a shell",
    load: async () => {
      const { createCompletion } = await import("./commands/completion.ts");
      return createCompletion({ commands: REGISTRY, groups: GROUPS });
    },
  },
  {
    path: ["flow", "validate"],
    topic: "Flows",
    summary: "Check a flow; all errors at once",
    load: async () => (await import("./commands/flow/validate.ts")).validate,
  },
  {
    path: ["flow", "test"],
    topic: "Flows",
    summary: "Run the cases written beside a flow",
    load: async () => (await import("./commands/flow/test.ts")).test,
  },
  {
    path: ["flow", "explain"],
    topic: "Flows",
    summary: "Say in words what a flow does",
    load: async () => (await import("./commands/flow/explain.ts")).explain,
  },
  {
    path: ["preview"],
    topic: "Flows",
    summary: "Show every message as the cancel sheet shows it, in one HTML file",
    load: async () => (await import("./commands/preview.ts")).preview,
  },
  {
    path: ["simulate"],
    topic: "Flows",
    summary: "Show what a request would be answered, and why",
    load: async () => (await import("./commands/simulate.ts")).simulate,
  },
  {
    path: ["flow", "compile"],
    topic: "Flows",
    summary: "Compile a flow to a snapshot",
    load: async () => (await import("./commands/flow/compile.ts")).compile,
  },
  {
    path: ["flow", "schema"],
    topic: "Flows",
    summary: "Write the JSON Schema editors check flows with",
    load: async () => (await import("./commands/flow/schema.ts")).schema,
  },
  ...LIVE_REGISTRY,
  ...WORKERS_REGISTRY,
  {
    path: ["jws", "decode"],
    topic: "Apple's signatures",
    summary: "Show what is inside, without verifying it",
    load: async () => (await import("./commands/jws/decode.ts")).decode,
  },
  {
    path: ["jws", "verify"],
    topic: "Apple's signatures",
    summary: "Verify it as Apple's, then show what is inside",
    load: async () => (await import("./commands/jws/verify.ts")).verify,
  },
  {
    path: ["offers", "sign"],
    topic: "Apple's signatures",
    summary: "Sign an offer with an In-App Purchase key",
    load: async () => (await import("./commands/offers/sign.ts")).sign,
  },
  {
    path: ["plan"],
    topic: "App Store",
    summary: "Show what Apple lacks of a flow's messages, images, defaults and URL",
    load: async () => (await import("./commands/plan.ts")).plan,
  },
  {
    path: ["apply"],
    topic: "App Store",
    summary: "Give Apple what it lacks of a flow's messages, images, defaults and URL",
    load: async () => (await import("./commands/apply.ts")).apply,
  },
  {
    path: ["deploy"],
    topic: "App Store",
    summary: "Validate, upload, wait for approval and publish, in one word",
    load: async () => (await import("./commands/deploy.ts")).deploy,
  },
  {
    path: ["export"],
    topic: "App Store",
    summary: "Write a flow of what is live at Apple",
    load: async () => (await import("./commands/export.ts")).exportCommand,
  },
  ...STOREKIT_REGISTRY,
  ...CONTROL_REGISTRY,
  {
    path: ["serve"],
    topic: "Servers",
    summary: "Answer the App Store, and run the control plane",
    load: async () => (await import("./commands/serve.ts")).serve,
  },
  {
    path: ["emulator"],
    topic: "Servers",
    summary: "Run the local App Store alone",
    load: async () => (await import("./commands/emulator.ts")).emulator,
  },
  {
    path: ["emulator", "credentials"],
    topic: "Servers",
    summary: "Show the keys and ids of an app in a running local App Store",
    load: async () => (await import("./commands/emulator/credentials.ts")).credentials,
  },
  {
    path: ["emulator", "ask"],
    topic: "Servers",
    summary: "Have a subscriber of a running local App Store open the page that can cancel",
    load: async () => (await import("./commands/emulator/ask.ts")).ask,
  },
  {
    path: ["emulator", "approve"],
    topic: "Servers",
    summary: "Review messages and images as Apple would: approve them",
    load: async () => (await import("./commands/emulator/approve.ts")).approve,
  },
  {
    path: ["emulator", "reject"],
    topic: "Servers",
    summary: "Review messages and images as Apple would: reject them",
    load: async () => (await import("./commands/emulator/reject.ts")).reject,
  },
  {
    path: ["emulator", "faults"],
    topic: "Servers",
    summary:
      "Make requests to a running local App Store, or its notifications, go wrong on purpose",
    load: async () => (await import("./commands/emulator/faults.ts")).faults,
  },
  {
    path: ["backup"],
    topic: "The database",
    summary: "Write a copy of the database, also while a server runs",
    load: async () => (await import("./commands/backup.ts")).backup,
  },
  {
    path: ["restore"],
    topic: "The database",
    summary: "Put a backup in the place of the database",
    load: async () => (await import("./commands/restore.ts")).restore,
  },
  {
    path: ["migrate-database"],
    topic: "The database",
    summary: "Copy everything from SQLite to an empty PostgreSQL database",
    load: async () => (await import("./commands/migrate-database.ts")).migrateDatabaseCommand,
  },
  {
    path: ["upgrade-database"],
    topic: "The database",
    summary: "Bring the database to this release's schema, and end",
    load: async () => (await import("./commands/upgrade-database.ts")).upgradeDatabase,
  },
  {
    path: ["rotate-master-key"],
    topic: "The database",
    summary: "Seal every stored secret under a new master key",
    load: async () => (await import("./commands/rotate-master-key.ts")).rotateMasterKeyCommand,
  },
  {
    path: ["reset-password"],
    topic: "The database",
    summary: "Set a forgotten password, on the server's machine",
    load: async () => (await import("./commands/reset-password.ts")).resetPasswordCommand,
  },
];
