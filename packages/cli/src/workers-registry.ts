import type { RegistryEntry } from "./registry-entry.ts";

/** What the nouns of {@link WORKERS_REGISTRY} are about. */
export const WORKERS_GROUPS: Readonly<Record<string, string>> = {
  workers: "Answer the App Store from Cloudflare Workers",
};

/** The commands that build, deploy, feed and watch a Worker. */
export const WORKERS_REGISTRY: readonly RegistryEntry[] = [
  {
    path: ["workers", "build"],
    topic: "Cloudflare Workers",
    summary: "Build the Worker that answers for the apps of a configuration file",
    load: async () => (await import("./commands/workers/build.ts")).build,
  },
  {
    path: ["workers", "deploy"],
    topic: "Cloudflare Workers",
    summary: "Build the Worker and upload it to Cloudflare with wrangler",
    load: async () => (await import("./commands/workers/deploy.ts")).deploy,
  },
  {
    path: ["workers", "secrets"],
    topic: "Cloudflare Workers",
    summary: "Give the Worker its secrets, with wrangler",
    load: async () => (await import("./commands/workers/secrets.ts")).secrets,
  },
  {
    path: ["workers", "publish"],
    topic: "Cloudflare Workers",
    summary: "Put a flow live on Workers, without a control plane",
    load: async () => (await import("./commands/workers/publish.ts")).publish,
  },
  {
    path: ["workers", "pause"],
    topic: "Cloudflare Workers",
    summary: "Have Workers answer with the fallback, or stop offers, without a control plane",
    load: async () => (await import("./commands/workers/pause.ts")).pause,
  },
  {
    path: ["workers", "resume"],
    topic: "Cloudflare Workers",
    summary: "Take back what holdfast workers pause did",
    load: async () => (await import("./commands/workers/resume.ts")).resume,
  },
  {
    path: ["workers", "connect"],
    topic: "Cloudflare Workers",
    summary: "Have the control plane write for an app's Workers",
    load: async () => (await import("./commands/workers/connect.ts")).connect,
  },
  {
    path: ["workers", "disconnect"],
    topic: "Cloudflare Workers",
    summary: "Have the control plane write no more for an app's Workers",
    load: async () => (await import("./commands/workers/disconnect.ts")).disconnect,
  },
  {
    path: ["workers", "status"],
    topic: "Cloudflare Workers",
    summary: "Show what Workers answer by, and what they should",
    load: async () => (await import("./commands/workers/status.ts")).status,
  },
];
