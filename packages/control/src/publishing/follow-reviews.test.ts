import type { ReviewState } from "@holdfast/appstore/retention-messaging";
import { parseSnapshot } from "@holdfast/flow/snapshot";
import { describe, expect, test } from "vitest";
import { writeReviewStates } from "../catalog/write-review-states.ts";
import { databaseFacts } from "../flows/index.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { followReviews, reviewsJob } from "./follow-reviews.ts";
import { readLivePublication, readSnapshotText } from "./publications.ts";
import { readStopList } from "./stop-lists.ts";
import { flowFor, openTestPublishing, TEXT } from "./testing/test-publishing.ts";
import type { TestPublishing } from "./testing/test-publishing.ts";
import { watchReviews } from "./watch-reviews.ts";

const PLACE = { app: "yoga", environment: "sandbox" } as const;
const PUBLICATIONS = "/v1/apps/yoga/environments/sandbox/publications";

function states(messages: Readonly<Record<string, ReviewState>>) {
  return { messages, images: {} };
}

const FIRST = states({
  [TEXT.stay]: "APPROVED",
  [TEXT.other]: "APPROVED",
  [TEXT.stayGerman]: "PENDING",
});
const LATER = states({
  [TEXT.stay]: "APPROVED",
  [TEXT.other]: "APPROVED",
  [TEXT.stayGerman]: "APPROVED",
});
const REJECTED = states({
  [TEXT.stay]: "APPROVED",
  [TEXT.other]: "REJECTED",
  [TEXT.stayGerman]: "PENDING",
});

async function liveTexts({ database: { queries } }: TestPublishing) {
  const live = await readLivePublication(queries, PLACE);
  const text = await readSnapshotText(queries, live?.snapshot ?? "");
  return parseSnapshot(JSON.parse(text)).messages["stay"]?.locales;
}

const publications = async (control: TestPublishing) =>
  (await control.call(`GET ${PUBLICATIONS}`)).body.items;

describe.each(await engines())("on $name", (engine) => {
  /** With the flow live as the first reviews allow. */
  async function openLive(): Promise<TestPublishing> {
    const control = await openTestPublishing(await openTestDatabase(engine));
    control.facts.reviewStates = FIRST;
    expect((await control.publish(flowFor(["USA"]))).status).toBe(201);
    return control;
  }

  describe("followReviews()", () => {
    test("adds a text that was approved, as the system, and nothing twice", async () => {
      const control = await openLive();
      expect(await liveTexts(control)).toEqual({ "en-US": TEXT.stay });
      await followReviews(control.means, PLACE);
      expect(await publications(control)).toHaveLength(1);
      control.facts.reviewStates = LATER;
      await followReviews(control.means, PLACE);
      await followReviews(control.means, PLACE);
      expect(await liveTexts(control)).toEqual({ "en-US": TEXT.stay, "de-DE": TEXT.stayGerman });
      const [newest, ...older] = await publications(control);
      expect(newest).toMatchObject({ sequence: 2, version: 1, kind: "approvedTexts" });
      expect(newest).not.toHaveProperty("publishedBy");
      expect(older).toHaveLength(1);
      const audit = await control.database.queries.selectFrom("audit_log").selectAll().execute();
      expect(audit.at(-1)).toMatchObject({ actor_kind: "system", action: "publishApprovedTexts" });
    });

    test("adds nothing to what was rolled back, until somebody publishes", async () => {
      const control = await openLive();
      await control.call(`POST ${PUBLICATIONS}/rollback`, { to: 1, expectedSequence: 1 });
      control.facts.reviewStates = LATER;
      await followReviews(control.means, PLACE);
      expect(await publications(control)).toHaveLength(2);
    });

    test("adds approved texts only, whatever else would compile differently by now", async () => {
      const control = await openLive();
      control.facts.catalog = undefined;
      control.facts.reviewStates = states({ [TEXT.stayGerman]: "APPROVED" });
      await followReviews(control.means, PLACE);
      expect(await liveTexts(control)).toEqual({ "en-US": TEXT.stay, "de-DE": TEXT.stayGerman });
    });

    test("stops what was rejected, and lets it go when it is approved after all", async () => {
      const control = await openLive();
      const stopped = async () => readStopList(control.database.queries, PLACE);
      await followReviews(control.means, PLACE);
      expect(await stopped()).toBeUndefined();
      control.facts.reviewStates = REJECTED;
      await followReviews(control.means, PLACE);
      await followReviews(control.means, PLACE);
      expect(await stopped()).toMatchObject({ sequence: 1, rejectedMessages: [TEXT.other] });
      control.facts.reviewStates = FIRST;
      await followReviews(control.means, PLACE);
      expect(await stopped()).toMatchObject({ sequence: 2, rejectedMessages: [] });
    });

    test("leaves a pause and stopped offers as they are", async () => {
      const control = await openLive();
      const path = "/v1/apps/yoga/environments/sandbox";
      await control.call(`POST ${path}/pause`, { isWholeApp: true });
      control.facts.reviewStates = REJECTED;
      await followReviews(control.means, PLACE);
      expect((await control.call(`GET ${path}/stop-list`)).body).toMatchObject({
        sequence: 2,
        appPaused: true,
        rejectedMessages: [TEXT.other],
      });
    });

    test("does nothing before Apple was asked", async () => {
      const control = await openLive();
      control.facts.reviewStates = undefined;
      await followReviews(control.means, PLACE);
      expect(await publications(control)).toHaveLength(1);
    });
  });

  test("reviewsJob() finds what nobody told of", async () => {
    const control = await openLive();
    control.facts.reviewStates = LATER;
    const { signal } = new AbortController();
    await reviewsJob(control.means).run({ id: "job", payload: null, attempt: 1, signal });
    expect(await publications(control)).toHaveLength(2);
  });

  test("watchReviews() acts on what the catalog's polling writes, with the facts of the database", async () => {
    const control = await openLive();
    const { database, hub } = control;
    const means = { ...control.means, facts: databaseFacts(database.queries) };
    const problems: unknown[] = [];
    const stop = watchReviews({ means, hub, onProblem: (error) => problems.push(error) });
    const messageIdentifiers = [
      { messageIdentifier: TEXT.stay, messageState: "APPROVED" },
      { messageIdentifier: TEXT.other, messageState: "REJECTED" },
      { messageIdentifier: TEXT.stayGerman, messageState: "APPROVED" },
    ];
    const lists = { messages: { messageIdentifiers }, images: {}, askedAt: 1, seenAt: 1 };
    await database.transaction((transaction) => writeReviewStates(transaction, PLACE, lists));
    await expect
      .poll(async () => (await readStopList(database.queries, PLACE))?.rejectedMessages)
      .toEqual([TEXT.other]);
    await expect.poll(async () => publications(control)).toHaveLength(2);
    await stop();
    expect(problems).toEqual([]);
  });
});
