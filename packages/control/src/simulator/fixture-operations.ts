import { routes } from "@holdfast/api";
import type { RouteAnswer, RouteInput } from "@holdfast/api";
import { ApiRefusal, readCursor } from "@holdfast/api/server";
import { implement, pageOf } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { checkFixtures } from "./check-fixtures.ts";
import { dropFromReport, readFixtureReport } from "./fixture-checks.ts";
import {
  fixtureHash,
  insertFixture,
  listFixtures,
  removeFixture,
  sealFixture,
} from "./fixtures.ts";
import type { Fixture, FixtureContent } from "./fixtures.ts";
import { takeCaptured } from "./run-simulation.ts";
import { readSimulatedPlace } from "./simulated-place.ts";
import type { SimulatedPlace } from "./simulated-place.ts";
import { givenLookup } from "./simulated-subscriber.ts";
import type { SimulatorMeans } from "./simulator-means.ts";

/** Returns the operations on fixtures. */
export function fixtureOperations(means: SimulatorMeans): readonly Implementation[] {
  return [add(means), list(means), remove(means), check(means), readCheck(means)];
}

function add(means: SimulatorMeans): Implementation {
  const { queries } = means.database;
  return implement(routes.addFixture, async ({ params, body }, { caller, now, change }) => {
    const place = await readSimulatedPlace(queries, params);
    const { name, signedPayload, expectation } = body;
    const request = await requireGenuine(means, place, signedPayload);
    const ids = await means.idsOf(place.app);
    const content = contentOf(body);
    const { app, environment } = place;
    const id = `fixture_${means.ids()}`;
    const { productId, userLocale, signedDate } = request;
    const fixture: Fixture = {
      id,
      app,
      environment,
      name,
      pseudonym: ids.pseudonymOf(request.originalTransactionId),
      productId,
      userLocale,
      requestedAt: signedDate,
      hasSubscriber: content.subscriber !== undefined,
      ...(expectation === undefined ? {} : { expectation }),
      createdBy: caller.id,
      createdAt: now,
    };
    const contentHash = fixtureHash(content, expectation);
    const sealed = sealFixture(ids, fixture, content);
    return change(async (transaction) => {
      const added = await insertFixture(transaction, { ...fixture, sealed, contentHash });
      await transaction.audit({
        target: added.fixture.id,
        summary: `${added.isNew ? "added" : "added again, which changed nothing,"} the fixture "${name}"`,
      });
      return { body: bodyOf(added.fixture) };
    });
  });
}

/** Returns the request, which is then one that Apple signed for this place. */
async function requireGenuine(means: SimulatorMeans, place: SimulatedPlace, signedPayload: string) {
  const { taken, refusal } = await takeCaptured(means, place, signedPayload);
  if (taken !== undefined) return taken.request;
  const message = `a runtime would refuse it, ${refusal.code}: ${refusal.message}`;
  throw new ApiRefusal("INPUT_INVALID", `addFixture: ${message}`, {
    issues: [{ path: ["body", "signedPayload"], message }],
  });
}

function contentOf({
  signedPayload,
  subscriber,
}: RouteInput<typeof routes.addFixture>["body"]): FixtureContent {
  return subscriber === undefined
    ? { signedPayload }
    : { signedPayload, subscriber: givenLookup(subscriber) };
}

function list({ database: { queries } }: SimulatorMeans): Implementation {
  const { operationId } = routes.listFixtures;
  return implement(routes.listFixtures, async ({ params, query: { limit, cursor } }) => {
    await readSimulatedPlace(queries, params);
    const [after] =
      cursor === undefined ? [] : readCursor(cursor, { operationId, kinds: ["string"] });
    const rows = await listFixtures(queries, params, { limit: limit + 1, after });
    return {
      body: pageOf(rows, {
        operationId,
        limit,
        itemOf: bodyOf,
        positionOf: ({ name }: Fixture) => [name],
      }),
    };
  });
}

function remove({ database }: SimulatorMeans): Implementation {
  return implement(routes.deleteFixture, async ({ params }, { change }) => {
    await readSimulatedPlace(database.queries, params);
    return change(async (transaction) => {
      const { app, environment, fixture: id } = params;
      const name = await removeFixture(transaction.queries, { app, environment, id });
      await dropFromReport(transaction, params, new Set([id]));
      await transaction.audit({ target: id, summary: `deleted the fixture "${name}"` });
      return {};
    });
  });
}

function check(means: SimulatorMeans): Implementation {
  return implement(routes.checkFixtures, async ({ params }, { now }) => ({
    body: await checkFixtures(means, params, now),
  }));
}

function readCheck({ database: { queries } }: SimulatorMeans): Implementation {
  return implement(routes.readFixtureCheck, async ({ params }) => {
    await readSimulatedPlace(queries, params);
    return { body: await readFixtureReport(queries, params) };
  });
}

function bodyOf(fixture: Fixture): RouteAnswer<typeof routes.addFixture>["body"] {
  const { id, name, productId, userLocale, requestedAt, hasSubscriber } = fixture;
  const { expectation, createdBy, createdAt } = fixture;
  return {
    id,
    name,
    productId,
    userLocale,
    requestedAt,
    hasSubscriber,
    ...(expectation === undefined ? {} : { expectation }),
    createdBy,
    createdAt,
  };
}
