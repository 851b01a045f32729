import type { RegistryEntry } from "./registry-entry.ts";

/** What the nouns of {@link LIVE_REGISTRY} are about. */
export const LIVE_GROUPS: Readonly<Record<string, string>> = {
  "flow schedules": "Versions that become live later",
  deployments: "What holdfast deploy has under way in the control plane",
  fixtures: "Captured requests that what is live is held against",
};

/** The commands that save flows as versions, put them live and stop them. */
export const LIVE_REGISTRY: readonly RegistryEntry[] = [
  {
    path: ["flow", "push"],
    topic: "Going live",
    summary: "Save a flow as a version in the control plane",
    load: async () => (await import("./commands/flow/push.ts")).push,
  },
  {
    path: ["flow", "pull"],
    topic: "Going live",
    summary: "Write a saved version, with its message files and images, to files",
    load: async () => (await import("./commands/flow/pull.ts")).pull,
  },
  {
    path: ["flow", "diff"],
    topic: "Going live",
    summary: "Say in words what is different between a flow here, what is live, and saved versions",
    load: async () => (await import("./commands/flow/diff.ts")).diff,
  },
  {
    path: ["flow", "compare"],
    topic: "Going live",
    summary: "Say for whom of those who were asked another flow would have answered otherwise",
    load: async () => (await import("./commands/flow/compare.ts")).compare,
  },
  {
    path: ["flow", "versions"],
    topic: "Going live",
    summary: "List the saved versions of an app's flow",
    load: async () => (await import("./commands/flow/versions.ts")).versions,
  },
  {
    path: ["flow", "approve"],
    topic: "Going live",
    summary: "Approve a version for an environment, as a person, or reject it",
    load: async () => (await import("./commands/flow/approve.ts")).approve,
  },
  {
    path: ["flow", "publish"],
    topic: "Going live",
    summary: "Put a flow live, through the control plane or for the runtime of this machine",
    load: async () => (await import("./commands/flow/publish.ts")).publish,
  },
  {
    path: ["flow", "rollback"],
    topic: "Going live",
    summary: "Make what was live before live again",
    load: async () => (await import("./commands/flow/rollback.ts")).rollback,
  },
  {
    path: ["flow", "history"],
    topic: "Going live",
    summary: "List what was live: when, by whom, and why",
    load: async () => (await import("./commands/flow/history.ts")).history,
  },
  {
    path: ["flow", "schedules", "list"],
    topic: "Going live",
    summary: "List what is to be published, and what became of that",
    load: async () => (await import("./commands/flow/schedules/list.ts")).list,
  },
  {
    path: ["flow", "schedules", "cancel"],
    topic: "Going live",
    summary: "Keep a scheduled version from being published",
    load: async () => (await import("./commands/flow/schedules/cancel.ts")).cancel,
  },
  {
    path: ["deployments", "list"],
    topic: "Going live",
    summary: "List what was deployed, and what is under way",
    load: async () => (await import("./commands/deployments/list.ts")).list,
  },
  {
    path: ["deployments", "cancel"],
    topic: "Going live",
    summary: "End a deployment that is under way",
    load: async () => (await import("./commands/deployments/cancel.ts")).cancel,
  },
  {
    path: ["fixtures", "list"],
    topic: "Going live",
    summary: "List the captured requests of an environment",
    load: async () => (await import("./commands/fixtures/list.ts")).list,
  },
  {
    path: ["fixtures", "add"],
    topic: "Going live",
    summary: "Keep captured requests in the control plane, to hold what is live against",
    load: async () => (await import("./commands/fixtures/add.ts")).add,
  },
  {
    path: ["fixtures", "remove"],
    topic: "Going live",
    summary: "Forget a captured request",
    load: async () => (await import("./commands/fixtures/remove.ts")).remove,
  },
  {
    path: ["fixtures", "check"],
    topic: "Going live",
    summary: "Hold what is live against the captured requests",
    load: async () => (await import("./commands/fixtures/check.ts")).check,
  },
  {
    path: ["pause"],
    topic: "Going live",
    summary: "Answer with the flow's fallback everywhere, or give no offers, at once",
    load: async () => (await import("./commands/pause.ts")).pause,
  },
  {
    path: ["resume"],
    topic: "Going live",
    summary: "Take a pause back",
    load: async () => (await import("./commands/resume.ts")).resume,
  },
];
