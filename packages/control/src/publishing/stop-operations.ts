import { routes } from "@holdfast/api";
import { etagOf } from "@holdfast/api/server";
import { requireEnvironment } from "../flows/flow-means.ts";
import { assertMatch, implement } from "../http/index.ts";
import type { Change, Implementation } from "../http/index.ts";
import { sequenceFloor } from "../storage/index.ts";
import type { PublicationPlace, PublishingMeans } from "./publishing-means.ts";
import { areSameStops, issueStopList, NOTHING_STOPPED, readStopList } from "./stop-lists.ts";
import type { IssuedStopList, Stops } from "./stop-lists.ts";

/** Returns the operations that pause, resume and stop offers. */
export function stopOperations(means: PublishingMeans): readonly Implementation[] {
  return [read(means), pause(means), resume(means), stopOffers(means)];
}

function read(means: PublishingMeans): Implementation {
  return implement(routes.readStopList, async ({ params }) => {
    await requireEnvironment(means, params.app, params.environment);
    const list = await readStopList(means.database.queries, params);
    return { body: bodyOf(list), etag: etagOf(list?.sequence ?? 0) };
  });
}

function pause(means: PublishingMeans): Implementation {
  return implement(routes.pause, async ({ params, body }, { now, change }) => {
    const pausing = await planPause(means, { ...params, ...body, isPaused: true, now });
    return pausing.isDone ? pausing : change(pausing.issue);
  });
}

function resume(means: PublishingMeans): Implementation {
  return implement(routes.resume, async ({ params, body }, { now, change }) => {
    const resuming = await planPause(means, { ...params, ...body, isPaused: false, now });
    return resuming.isDone ? resuming : change(resuming.issue);
  });
}

function stopOffers(means: PublishingMeans): Implementation {
  return implement(routes.stopOffers, async ({ params, body, ifMatch }, { now, change }) => {
    const { stoppedOffers, note } = body;
    const { app, environment } = params;
    await requireEnvironment(means, app, environment);
    const publisher = await means.publisherOf(app);
    const offers = stoppedOffers.join(", ") || "none";
    return change(async (transaction) => {
      const list = await issueStopList(transaction, {
        app,
        environment,
        edit(current, sequence) {
          assertMatch(ifMatch, sequence);
          return { ...current, stoppedOffers };
        },
        publisher,
        summary: said(`stopped these offers in ${environment}: ${offers}`, note),
        now,
      });
      return { body: bodyOf(list), etag: etagOf(list.sequence) };
    });
  });
}

interface Pause extends PublicationPlace {
  readonly isPaused: boolean;
  /** False for offers alone. */
  readonly isWholeApp: boolean;
  readonly note?: string | undefined;
  readonly now: number;
}

/**
 * Doing it twice changes nothing; but after a restore runtimes may have a stop list we know nothing of, so
 * that the first one counts whatever stood in the backup.
 */
async function planPause(means: PublishingMeans, pausing: Pause) {
  const { app, environment, isPaused, isWholeApp, note, now } = pausing;
  await requireEnvironment(means, app, environment);
  const edit = (stops: Stops): Stops =>
    isWholeApp ? { ...stops, appPaused: isPaused } : { ...stops, offersPaused: isPaused };
  const current = await readStopList(means.database.queries, pausing);
  const stops = current ?? NOTHING_STOPPED;
  const isInForce = (current?.sequence ?? 0) >= (await sequenceFloor(means.database.queries));
  if (isInForce && areSameStops(stops, edit(stops))) {
    return { isDone: true, body: bodyOf(current) } as const;
  }
  const publisher = await means.publisherOf(app);
  const what = `${isPaused ? "paused" : "resumed"} ${isWholeApp ? "everything" : "offers"}`;
  const summary = said(`${what} in ${environment}`, note);
  return {
    isDone: false,
    issue: async (change: Change) => ({
      body: bodyOf(
        await issueStopList(change, { app, environment, edit, publisher, summary, now }),
      ),
    }),
  } as const;
}

function said(summary: string, note: string | undefined): string {
  return note === undefined ? summary : `${summary}: ${note}`;
}

function bodyOf(list: IssuedStopList | undefined) {
  const { appPaused, offersPaused, stoppedOffers, rejectedMessages } = list ?? NOTHING_STOPPED;
  return {
    sequence: list?.sequence ?? 0,
    ...(list === undefined ? {} : { issuedAt: list.issuedAt }),
    appPaused,
    offersPaused,
    stoppedOffers: [...stoppedOffers],
    rejectedMessages: [...rejectedMessages],
  };
}
