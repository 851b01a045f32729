import { describe, expect, test } from "vitest";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { isMessageUsed, liveReferences, signsOffers } from "./live-snapshots.ts";
import { liveEnvironments } from "./publishing-feature.ts";
import { flowFor, openTestPublishing, TEXT } from "./testing/test-publishing.ts";

const SANDBOX = { app: "yoga", environment: "sandbox" } as const;
const PATH = "/v1/apps/yoga/environments/sandbox";
const DAY_MS = 24 * 3_600_000;

const OFFERING = `version: 1
app: com.example.yoga
messages:
  stay: { defaultLocale: en-US, locales: { en-US: { id: ${TEXT.stay} } } }
rules:
  - name: half
    respond:
      promotionalOffer: { message: stay, offers: { yoga.monthly: HALF } }
fallback: { message: stay }
`;

describe.each(await engines())("on $name", (engine) => {
  test("liveReferences() and signsOffers() tell of what is live, and of nothing before", async () => {
    const control = await openTestPublishing(await openTestDatabase(engine));
    const { queries } = control.database;
    expect(await liveReferences(queries, "yoga")).toEqual([]);
    const published = await control.publish(OFFERING);
    expect(published.status).toBe(201);
    expect(await signsOffers(queries, "yoga")).toBe(true);
    expect(await liveReferences(queries, "yoga")).toEqual([
      { productId: "yoga.monthly", offerIdentifier: "HALF" },
    ]);
    await control.publish(flowFor(["USA"]));
    expect(await signsOffers(queries, "yoga")).toBe(false);
    expect(await liveReferences(queries, "yoga")).toEqual([]);
  });

  test("isMessageUsed() looks at what is live, and at what could be rolled back to", async () => {
    const control = await openTestPublishing(await openTestDatabase(engine));
    const { queries } = control.database;
    await control.publish(flowFor(["USA"]));
    await control.publish(OFFERING);
    const uses = (messageIdentifier: string, daysFromNow: number): Promise<boolean> =>
      isMessageUsed(queries, SANDBOX, {
        messageIdentifier,
        now: Date.now() + daysFromNow * DAY_MS,
      });
    expect(await uses(TEXT.stay, 0)).toBe(true);
    expect(await uses(TEXT.other, 0)).toBe(true);
    expect(await uses("00000000-0000-4000-8000-000000000009", 0)).toBe(false);
    // What was live when the window began is the newest: the one before cannot be wanted back.
    expect([await uses(TEXT.stay, 31), await uses(TEXT.other, 31)]).toEqual([true, false]);
    const elsewhere = { app: "yoga", environment: "production" } as const;
    const asked = { messageIdentifier: TEXT.stay, now: Date.now() };
    expect(await isMessageUsed(queries, elsewhere, asked)).toBe(false);
  });

  test("liveEnvironments() leaves out what is paused", async () => {
    const control = await openTestPublishing(await openTestDatabase(engine));
    const { queries } = control.database;
    expect(await liveEnvironments(queries, "yoga")).toEqual([]);
    await control.publish(flowFor(["USA"]));
    expect(await liveEnvironments(queries, "yoga")).toEqual(["sandbox"]);
    await control.call(`POST ${PATH}/pause`, { isWholeApp: true });
    expect(await liveEnvironments(queries, "yoga")).toEqual([]);
  });
});
