import type { ConnectRetention } from "@holdfast/appstore/connect-api";
import { describe, expect, test } from "vitest";
import { decideFallback } from "./fallbacks.ts";
import type { Fallback } from "./fallbacks.ts";
import { findMissingDefaults } from "./missing-defaults.ts";

function version(state: string | undefined, ...locales: readonly string[]) {
  const localizations = locales.map((locale) => ({ locale, header: "Stay", body: undefined }));
  return { version: undefined, state, localizations };
}

const OFFER = {
  id: "o",
  offerIdentifier: "STAY",
  name: undefined,
  offerMode: undefined,
  duration: undefined,
  numberOfPeriods: undefined,
  minimumPaidMonths: undefined,
  monthsBetweenOffers: undefined,
};

/** `live` is approved for en-US, and has a draft for de-DE; `draft` was never approved. */
const RETENTION: ConnectRetention = {
  messages: [
    { id: "live", name: "Live", versions: [version("APPROVED", "en-US"), version("NEW", "de-DE")] },
    { id: "draft", name: undefined, versions: [version("REJECTED", "en-US")] },
    { id: "empty", name: "Empty", versions: [] },
  ],
  products: [
    { productId: "monthly", messageId: "live", offers: [OFFER] },
    { productId: "yearly", messageId: "draft", offers: [] },
    { productId: "weekly", messageId: "empty", offers: [] },
    { productId: "daily", messageId: "gone", offers: [OFFER] },
    { productId: "hourly", messageId: undefined, offers: [OFFER] },
  ],
};

const DEFAULT = { messageIdentifier: "f0f3bd2a-3c1c-4b3a-8a40-5e4e2c1a9d11" };

describe("decideFallback()", () => {
  const byDefault: Fallback = { source: "default", ...DEFAULT };
  const live = { source: "appStoreConnect", messageId: "live", name: "Live", offers: 1 } as const;
  test.each<readonly [string, "sandbox" | "production", string, Fallback]>([
    ["monthly en-US", "production", "approved", live],
    ["monthly de-DE", "production", "a draft", byDefault],
    ["monthly en-US", "sandbox", "not in the newest version", byDefault],
    ["monthly de-DE", "sandbox", "the newest version", live],
    ["monthly en-GB", "production", "another locale", byDefault],
    ["yearly en-US", "production", "a rejected version", byDefault],
    [
      "yearly en-US",
      "sandbox",
      "a rejected version",
      { source: "appStoreConnect", messageId: "draft", name: undefined, offers: 0 },
    ],
    ["weekly en-US", "sandbox", "a message without versions", byDefault],
    ["daily en-US", "sandbox", "a message that is not there", byDefault],
    ["hourly en-US", "sandbox", "offers without a message", byDefault],
    ["unknown en-US", "sandbox", "a product without retention", byDefault],
  ])("%s in %s: %s", (place, environment, _, expected) => {
    const [productId = "", locale = ""] = place.split(" ");
    const sources = { environment, retention: RETENTION };
    expect(decideFallback({ productId, locale }, sources, DEFAULT)).toEqual(expected);
  });

  test.each<readonly [string, { readonly messageIdentifier: string | null } | undefined, Fallback]>(
    [
      ["a default message", DEFAULT, byDefault],
      ["none", { messageIdentifier: null }, { source: "nothing" }],
      ["one not asked for", undefined, { source: "unknown" }],
    ],
  )("where App Store Connect's are not available: %s", (_, seen, expected) => {
    const place = { productId: "monthly", locale: "en-US" };
    const sources = { environment: "production", retention: undefined } as const;
    expect(decideFallback(place, sources, seen)).toEqual(expected);
  });
});

test("findMissingDefaults() tells apart what App Store Connect's message covers", () => {
  const wanted = ["en-US", "de-DE", "fr-FR"].map((locale) => ({ productId: "monthly", locale }));
  const seen = wanted.map((place) => ({ ...place, messageIdentifier: null, seenAt: 1 }));
  const found = findMissingDefaults([...wanted, { productId: "yearly", locale: "en-US" }], {
    environment: "production",
    retention: RETENTION,
    seen,
  });
  expect(found.map(({ code }) => code)).toEqual(["DEFAULT_COVERED", "DEFAULT_MISSING"]);
  expect(found[0]?.message).toContain("in production for en-US; App Store Connect's own");
  expect(found[1]?.message).toContain("in production for de-DE, fr-FR; where there is none");
  expect(new Set(found.map(({ id }) => id)).size).toBe(2);
});
