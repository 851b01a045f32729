import type { RegistryEntry } from "./registry-entry.ts";

/** What the nouns of the control plane are about. */
export const CONTROL_GROUPS: Readonly<Record<string, string>> = {
  apps: "Apps of the control plane and how they are served",
  keys: "In-App Purchase keys, which sign offers",
  "connect-keys": "App Store Connect keys, which read the catalog",
  catalog: "Products, prices and offers, as App Store Connect has them",
  tokens: "Tokens of scripts, pipelines and runtimes",
  people: "Who can sign in, and what they may do",
  runtimes: "What runtimes answer by",
  audit: "What people, tokens and the system did",
};

/** The commands that talk to a control plane, in the order help shows them. */
export const CONTROL_REGISTRY: readonly RegistryEntry[] = [
  {
    path: ["setup"],
    topic: "Control plane",
    summary: "Make the first admin of a new control plane, and log in",
    load: async () => (await import("./commands/setup.ts")).setup,
  },
  {
    path: ["login"],
    topic: "Control plane",
    summary: "Log in to a control plane",
    load: async () => (await import("./commands/login.ts")).login,
  },
  {
    path: ["logout"],
    topic: "Control plane",
    summary: "Revoke this machine's token of a control plane, and forget it",
    load: async () => (await import("./commands/logout.ts")).logout,
  },
  {
    path: ["whoami"],
    topic: "Control plane",
    summary: "Show who commands act as at the control plane, and what they may do",
    load: async () => (await import("./commands/whoami.ts")).whoami,
  },
  {
    path: ["status"],
    topic: "Control plane",
    summary: "Show how the control plane and its recurring jobs are",
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    path: ["apps", "list"],
    topic: "Control plane",
    summary: "List the apps of the control plane",
    load: async () => (await import("./commands/apps/list.ts")).list,
  },
  {
    path: ["apps", "view"],
    topic: "Control plane",
    summary: "Show an app and how it is served",
    load: async () => (await import("./commands/apps/view.ts")).view,
  },
  {
    path: ["apps", "add"],
    topic: "Control plane",
    summary: "Add an app",
    load: async () => (await import("./commands/apps/add.ts")).add,
  },
  {
    path: ["apps", "update"],
    topic: "Control plane",
    summary: "Change an app's name or how it is served",
    load: async () => (await import("./commands/apps/update.ts")).update,
  },
  {
    path: ["apps", "remove"],
    topic: "Control plane",
    summary: "Remove an app with its keys, versions and history",
    load: async () => (await import("./commands/apps/remove.ts")).remove,
  },
  {
    path: ["keys", "list"],
    topic: "Control plane",
    summary: "List an app's In-App Purchase keys",
    load: async () => (await import("./commands/keys/list.ts")).list,
  },
  {
    path: ["keys", "add"],
    topic: "Control plane",
    summary: "Give an app an In-App Purchase key, which signs offers",
    load: async () => (await import("./commands/keys/add.ts")).add,
  },
  {
    path: ["keys", "activate"],
    topic: "Control plane",
    summary: "Make an In-App Purchase key the one that is used",
    load: async () => (await import("./commands/keys/activate.ts")).activate,
  },
  {
    path: ["keys", "remove"],
    topic: "Control plane",
    summary: "Remove an In-App Purchase key",
    load: async () => (await import("./commands/keys/remove.ts")).remove,
  },
  {
    path: ["connect-keys", "list"],
    topic: "Control plane",
    summary: "List an app's App Store Connect keys",
    load: async () => (await import("./commands/connect-keys/list.ts")).list,
  },
  {
    path: ["connect-keys", "add"],
    topic: "Control plane",
    summary: "Give an app an App Store Connect key, which reads the catalog",
    load: async () => (await import("./commands/connect-keys/add.ts")).add,
  },
  {
    path: ["connect-keys", "activate"],
    topic: "Control plane",
    summary: "Make an App Store Connect key the one that is used",
    load: async () => (await import("./commands/connect-keys/activate.ts")).activate,
  },
  {
    path: ["connect-keys", "remove"],
    topic: "Control plane",
    summary: "Remove an App Store Connect key",
    load: async () => (await import("./commands/connect-keys/remove.ts")).remove,
  },
  {
    path: ["catalog", "sync"],
    topic: "Control plane",
    summary: "Read an app's products, prices and offers from App Store Connect",
    load: async () => (await import("./commands/catalog/sync.ts")).sync,
  },
  {
    path: ["catalog", "status"],
    topic: "Control plane",
    summary: "Show how the reading of App Store Connect stands",
    load: async () => (await import("./commands/catalog/status.ts")).status,
  },
  {
    path: ["catalog", "problems"],
    topic: "Control plane",
    summary: "List what of the catalog cannot be used",
    load: async () => (await import("./commands/catalog/problems.ts")).problems,
  },
  {
    path: ["catalog", "pull"],
    topic: "Control plane",
    summary: "Write the catalog to the file beside the flow, to be committed",
    load: async () => (await import("./commands/catalog/pull.ts")).pull,
  },
  {
    path: ["tokens", "list"],
    topic: "Control plane",
    summary: "List tokens: your own, and for an admin everybody's",
    load: async () => (await import("./commands/tokens/list.ts")).list,
  },
  {
    path: ["tokens", "create"],
    topic: "Control plane",
    summary: "Make a token for a script, a pipeline or a runtime",
    load: async () => (await import("./commands/tokens/create.ts")).create,
  },
  {
    path: ["tokens", "revoke"],
    topic: "Control plane",
    summary: "End a token at once",
    load: async () => (await import("./commands/tokens/revoke.ts")).revoke,
  },
  {
    path: ["people", "list"],
    topic: "Control plane",
    summary: "List who can sign in, and who was invited",
    load: async () => (await import("./commands/people/list.ts")).list,
  },
  {
    path: ["people", "invite"],
    topic: "Control plane",
    summary: "Invite somebody",
    load: async () => (await import("./commands/people/invite.ts")).invite,
  },
  {
    path: ["people", "uninvite"],
    topic: "Control plane",
    summary: "Take an invitation back",
    load: async () => (await import("./commands/people/uninvite.ts")).uninvite,
  },
  {
    path: ["people", "update"],
    topic: "Control plane",
    summary: "Change what somebody may do, or keep them from signing in",
    load: async () => (await import("./commands/people/update.ts")).update,
  },
  {
    path: ["runtimes", "list"],
    topic: "Control plane",
    summary: "List the runtimes that report, and what each answers by",
    load: async () => (await import("./commands/runtimes/list.ts")).list,
  },
  {
    path: ["runtimes", "config"],
    topic: "Control plane",
    summary: "Write the configuration of a runtime elsewhere",
    load: async () => (await import("./commands/runtimes/config.ts")).config,
  },
  {
    path: ["audit", "list"],
    topic: "Control plane",
    summary: "List what people, tokens and the system did",
    load: async () => (await import("./commands/audit/list.ts")).list,
  },
];
