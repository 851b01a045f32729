import { expect, test } from "vitest";
import { judgePlace } from "./judge-place.ts";
import type { FoundPlace } from "./judge-place.ts";

const NOW = Date.UTC(2026, 10, 21, 9);
const PLACE = { app: "yoga", environment: "sandbox" } as const;
const RECORD = {
  ...PLACE,
  format: "holdfast.publication/1",
  snapshot: "aa",
  label: "new",
  sequence: 2,
  publishedAt: NOW - 91_000,
} as const;
const LIVE = { live: { record: RECORD }, stops: undefined };
const FRESH = { live: { record: { ...RECORD, publishedAt: NOW - 90_000 } }, stops: undefined };
const shows = (snapshot: string) => ({ ok: true, snapshot, warnings: [] });
const failing = (failingSince: number) => ({
  environment: "sandbox" as const,
  live: { failingSince, problem: "CLOUDFLARE_REFUSED" },
});

test.each([
  ["shows what is live", "ok", { namespace: LIVE, worker: shows("new") }],
  ["shows something else for long", "behind", { namespace: LIVE, worker: shows("old") }],
  ["shows something else for a moment", "arriving", { namespace: FRESH, worker: shows("old") }],
  ["was not asked", "ok", { namespace: LIVE }],
  ["is the only one that was asked", "ok", { worker: shows("old") }],
  ["is not well", "unhealthy", { namespace: LIVE, worker: { ok: false, warnings: [] } }],
  ["finds nothing", "unpublished", { namespace: { live: undefined, stops: undefined } }],
  [
    "finds what is not its publisher's",
    "unverified",
    { namespace: { ...LIVE, live: { problem: "WIRE_SIGNATURE_INVALID" } }, worker: shows("new") },
  ],
  [
    "finds a stop list that is not its publisher's",
    "unverified",
    { namespace: { ...LIVE, stops: { problem: "WIRE_SIGNATURE_INVALID" } }, worker: shows("new") },
  ],
  [
    "is not written for, for long",
    "behind",
    { namespace: LIVE, worker: shows("new"), control: failing(NOW - 91_000) },
  ],
  [
    "is not written for, for a moment",
    "ok",
    { namespace: LIVE, worker: shows("new"), control: failing(NOW - 90_000) },
  ],
] satisfies readonly [string, string, Partial<FoundPlace>][])(
  "judgePlace() of a Worker that %s is %s",
  (_, expected, found) => {
    const nobody = { namespace: undefined, worker: undefined, control: undefined };
    expect(judgePlace({ place: PLACE, ...nobody, ...found }, NOW)).toBe(expected);
  },
);
