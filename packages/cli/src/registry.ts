import type { Command } from "./command.ts";

/** What commands are about, in the order help shows them. */
export const TOPICS = ["Start", "Flows", "Apple's signatures", "App Store", "Servers"] as const;

/** One entry of the command tree; the command itself is loaded when it is needed. */
export interface RegistryEntry {
  readonly path: readonly [string, ...string[]];
  readonly topic: (typeof TOPICS)[number];
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** What a noun, or a noun below another, is about, for its help. */
export const GROUPS: Readonly<Record<string, string>> = {
  flow: "Write, check, try and publish flows",
  jws: "Look into what the App Store signs",
  offers: "Sign offers",
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
    path: ["flow", "publish"],
    topic: "Flows",
    summary: "Put a flow live for the runtime on this machine",
    load: async () => (await import("./commands/flow/publish.ts")).publish,
  },
  {
    path: ["flow", "schema"],
    topic: "Flows",
    summary: "Write the JSON Schema editors check flows with",
    load: async () => (await import("./commands/flow/schema.ts")).schema,
  },
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
    path: ["serve"],
    topic: "Servers",
    summary: "Answer the App Store's real-time requests",
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
];
