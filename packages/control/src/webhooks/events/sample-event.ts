import type { EventKind } from "../tables.ts";
import type { EventData, WebhookEvent } from "./webhook-event.ts";

const CONTENT = {
  identifier: "00000000-0000-4000-8000-000000000000",
  name: "example",
  locale: "en-US",
} as const;

/** Made-up data of every kind. */
const SAMPLES: EventData = {
  "publication.live": {
    sequence: 7,
    version: 42,
    snapshot: "0".repeat(64),
    label: "2026-11-21_7",
    kind: "publish",
  },
  "publication.failed": { schedule: "example", version: 42, problem: "FLOW_INVALID" },
  "stopList.changed": {
    sequence: 3,
    appPaused: false,
    offersPaused: true,
    stoppedOffers: 0,
    rejectedMessages: 0,
  },
  "message.approved": CONTENT,
  "message.rejected": CONTENT,
  "image.approved": { identifier: CONTENT.identifier },
  "image.rejected": { identifier: CONTENT.identifier },
  "realtimeUrl.changed": { change: "example" },
  "performanceTest.finished": { performanceTest: "example" },
  "catalog.syncFailed": { problem: "APPLE_UNREACHABLE" },
  "runtime.lost": { runtime: "example", host: "node", release: "0.0.0", lastReportedAt: 0 },
  "fallbackRate.exceeded": { rate: 0.25, limit: 0.1, requests: 400, failed: 100 },
  "apple.silent": { lastRequestAt: 0, longestGapMs: 3_600_000 },
  "key.refused": { key: "connect", keyId: "EXAMPLE000", problem: "APPLE_UNAUTHORIZED" },
  "fixtures.failing": { failed: 2 },
  "forward.failing": { forward: "example", failingSince: 0, problem: "STATUS_NOT_OK" },
  "statuses.paused": { pausedSince: 0, problem: "APPLE_UNAUTHORIZED" },
  "workers.failing": { failingSince: 0, problem: "CLOUDFLARE_REFUSED" },
  "certificate.expiring": { sha256: "0".repeat(64), validUntil: 0 },
};

/** Returns an event of a kind with made-up data, for trying a webhook. */
export function sampleEvent(kind: EventKind, app: string, at: number): WebhookEvent {
  return { kind, app, environment: "sandbox", at, data: SAMPLES[kind] };
}
