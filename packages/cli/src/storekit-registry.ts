import type { RegistryEntry } from "./registry-entry.ts";

/** What the nouns below `storekit` are about. */
export const STOREKIT_GROUPS: Readonly<Record<string, string>> = {
  storekit: "Talk to the App Store with an In-App Purchase key",
  "storekit auth": "In-App Purchase keys: store, choose and check them",
  "storekit transactions": "What customers bought",
  "storekit subscriptions": "How subscriptions stand",
  "storekit refunds": "What customers were refunded",
  "storekit orders": "What was bought in an order, in production",
  "storekit notifications": "App Store Server Notifications: what was sent, and tests",
  "storekit retention-messaging": "Apple's Retention Messaging API: all its operations",
  "storekit retention-messaging images": "The pictures of messages",
  "storekit retention-messaging messages": "Messages and their review",
  "storekit retention-messaging defaults": "What Apple shows when an answer fails",
  "storekit retention-messaging endpoint": "The URL Apple asks, in each environment",
  "storekit retention-messaging performance": "Apple's test of the URL, in the sandbox",
};

/** The commands below `storekit`, in the order help shows them. */
export const STOREKIT_REGISTRY: readonly RegistryEntry[] = [
  {
    path: ["storekit", "auth", "login"],
    topic: "App Store",
    summary: "Store an In-App Purchase key",
    load: async () => (await import("./commands/storekit/auth/login.ts")).login,
  },
  {
    path: ["storekit", "auth", "status"],
    topic: "App Store",
    summary: "Show the credentials there are, and which are used",
    load: async () => (await import("./commands/storekit/auth/status.ts")).status,
  },
  {
    path: ["storekit", "auth", "switch"],
    topic: "App Store",
    summary: "Choose the default credentials",
    load: async () => (await import("./commands/storekit/auth/switch.ts")).switchDefault,
  },
  {
    path: ["storekit", "auth", "doctor"],
    topic: "App Store",
    summary: "Check the credentials a command would use",
    load: async () => (await import("./commands/storekit/auth/doctor.ts")).doctor,
  },
  {
    path: ["storekit", "auth", "logout"],
    topic: "App Store",
    summary: "Forget stored credentials",
    load: async () => (await import("./commands/storekit/auth/logout.ts")).logout,
  },
  {
    path: ["storekit", "transactions", "view"],
    topic: "App Store",
    summary: "Show one transaction",
    load: async () => (await import("./commands/storekit/transactions/view.ts")).view,
  },
  {
    path: ["storekit", "transactions", "history"],
    topic: "App Store",
    summary: "Show what a customer bought",
    load: async () => (await import("./commands/storekit/transactions/history.ts")).history,
  },
  {
    path: ["storekit", "subscriptions", "status"],
    topic: "App Store",
    summary: "Show how all subscriptions of a customer stand",
    load: async () => (await import("./commands/storekit/subscriptions/status.ts")).status,
  },
  {
    path: ["storekit", "refunds", "history"],
    topic: "App Store",
    summary: "Show what a customer was refunded",
    load: async () => (await import("./commands/storekit/refunds/history.ts")).history,
  },
  {
    path: ["storekit", "orders", "lookup"],
    topic: "App Store",
    summary: "Show what was bought in an order",
    load: async () => (await import("./commands/storekit/orders/lookup.ts")).lookup,
  },
  {
    path: ["storekit", "notifications", "history"],
    topic: "App Store",
    summary: "Show the notifications Apple sent, and how sending them went",
    load: async () => (await import("./commands/storekit/notifications/history.ts")).history,
  },
  {
    path: ["storekit", "notifications", "test"],
    topic: "App Store",
    summary: "Have Apple send a test notification",
    load: async () => (await import("./commands/storekit/notifications/test.ts")).test,
  },
  {
    path: ["storekit", "notifications", "test-status"],
    topic: "App Store",
    summary: "Show how sending a test notification went",
    load: async () => (await import("./commands/storekit/notifications/test-status.ts")).testStatus,
  },
  {
    path: ["storekit", "retention-messaging", "images", "list"],
    topic: "App Store",
    summary: "List images and their review states",
    load: async () => (await import("./commands/storekit/retention-messaging/images/list.ts")).list,
  },
  {
    path: ["storekit", "retention-messaging", "images", "upload"],
    topic: "App Store",
    summary: "Upload an image",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/images/upload.ts")).upload,
  },
  {
    path: ["storekit", "retention-messaging", "images", "wait"],
    topic: "App Store",
    summary: "Wait until images are approved",
    load: async () => (await import("./commands/storekit/retention-messaging/images/wait.ts")).wait,
  },
  {
    path: ["storekit", "retention-messaging", "images", "delete"],
    topic: "App Store",
    summary: "Delete an image",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/images/delete.ts")).deleteImage,
  },
  {
    path: ["storekit", "retention-messaging", "images", "delete-all"],
    topic: "App Store",
    summary: "Delete the images a file lists",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/images/delete-all.ts")).deleteAll,
  },
  {
    path: ["storekit", "retention-messaging", "messages", "list"],
    topic: "App Store",
    summary: "List messages and their review states",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/messages/list.ts")).list,
  },
  {
    path: ["storekit", "retention-messaging", "messages", "upload"],
    topic: "App Store",
    summary: "Upload a message",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/messages/upload.ts")).upload,
  },
  {
    path: ["storekit", "retention-messaging", "messages", "import"],
    topic: "App Store",
    summary: "Upload many messages from CSV, XLIFF or a String Catalog",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/messages/import.ts")).importMessages,
  },
  {
    path: ["storekit", "retention-messaging", "messages", "wait"],
    topic: "App Store",
    summary: "Wait until messages are approved",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/messages/wait.ts")).wait,
  },
  {
    path: ["storekit", "retention-messaging", "messages", "delete"],
    topic: "App Store",
    summary: "Delete a message",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/messages/delete.ts")).deleteMessage,
  },
  {
    path: ["storekit", "retention-messaging", "messages", "delete-all"],
    topic: "App Store",
    summary: "Delete the messages a file lists",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/messages/delete-all.ts")).deleteAll,
  },
  {
    path: ["storekit", "retention-messaging", "defaults", "view"],
    topic: "App Store",
    summary: "Show the default message of a product and locale",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/defaults/view.ts")).view,
  },
  {
    path: ["storekit", "retention-messaging", "defaults", "set"],
    topic: "App Store",
    summary: "Set the default message of a product and locale",
    load: async () => (await import("./commands/storekit/retention-messaging/defaults/set.ts")).set,
  },
  {
    path: ["storekit", "retention-messaging", "defaults", "set-all"],
    topic: "App Store",
    summary: "Set one default message for many products and locales",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/defaults/set-all.ts")).setAll,
  },
  {
    path: ["storekit", "retention-messaging", "defaults", "import"],
    topic: "App Store",
    summary: "Set many default messages from CSV",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/defaults/import.ts")).importDefaults,
  },
  {
    path: ["storekit", "retention-messaging", "defaults", "delete"],
    topic: "App Store",
    summary: "Delete the default message of a product and locale",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/defaults/delete.ts")).deleteDefault,
  },
  {
    path: ["storekit", "retention-messaging", "endpoint", "view"],
    topic: "App Store",
    summary: "Show the URL Apple asks",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/endpoint/view.ts")).view,
  },
  {
    path: ["storekit", "retention-messaging", "endpoint", "check"],
    topic: "App Store",
    summary: "Check a real-time endpoint as Apple sees it, and as an attacker does",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/endpoint/check.ts")).check,
  },
  {
    path: ["storekit", "retention-messaging", "endpoint", "set"],
    topic: "App Store",
    summary: "Set the URL Apple asks",
    load: async () => (await import("./commands/storekit/retention-messaging/endpoint/set.ts")).set,
  },
  {
    path: ["storekit", "retention-messaging", "endpoint", "history"],
    topic: "App Store",
    summary: "Show how the URL was changed from here",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/endpoint/history.ts")).history,
  },
  {
    path: ["storekit", "retention-messaging", "endpoint", "restore"],
    topic: "App Store",
    summary: "Set the URL back to what it was before the last change",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/endpoint/restore.ts")).restore,
  },
  {
    path: ["storekit", "retention-messaging", "endpoint", "delete"],
    topic: "App Store",
    summary: "Take away the URL Apple asks",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/endpoint/delete.ts")).deleteEndpoint,
  },
  {
    path: ["storekit", "retention-messaging", "performance", "start"],
    topic: "App Store",
    summary: "Start a performance test of the sandbox URL",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/performance/start.ts")).start,
  },
  {
    path: ["storekit", "retention-messaging", "performance", "view"],
    topic: "App Store",
    summary: "Show how a performance test stands",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/performance/view.ts")).view,
  },
  {
    path: ["storekit", "retention-messaging", "performance", "wait"],
    topic: "App Store",
    summary: "Wait for the end of a performance test",
    load: async () =>
      (await import("./commands/storekit/retention-messaging/performance/wait.ts")).wait,
  },
];
