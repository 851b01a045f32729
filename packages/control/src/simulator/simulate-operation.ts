import { routes } from "@holdfast/api";
import type { RouteInput } from "@holdfast/api";
import { findActiveInAppPurchaseKey } from "../keys/index.ts";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { NO_STOPS } from "@holdfast/flow/evaluate";
import { runSimulation, takeCaptured, takeMadeUp } from "./run-simulation.ts";
import type { TakenOrRefused } from "./run-simulation.ts";
import { refusedBody, simulationBody } from "./simulation-body.ts";
import { openChosenFlow } from "./simulated-flow.ts";
import { readSimulatedPlace } from "./simulated-place.ts";
import type { SimulatedPlace } from "./simulated-place.ts";
import { readStops } from "./simulated-stops.ts";
import { findSubscriber } from "./simulated-subscriber.ts";
import type { SimulatorMeans } from "./simulator-means.ts";

/** Returns the operation that simulates an answer; it writes nothing anywhere. */
export function simulateOperation(means: SimulatorMeans): Implementation {
  const { queries } = means.database;
  return implement(routes.simulate, async ({ params, body }, { now }) => {
    const place = await readSimulatedPlace(queries, params);
    const flow = await openChosenFlow(means, place, body.flow);
    const { taken, refusal } = await takeRequest(means, place, { body, now });
    if (refusal !== undefined) return { body: refusedBody(flow, refusal) };
    const { originalTransactionId, productId, signedDate: requestedAt } = taken.request;
    const subscriber = await findSubscriber(means, place, {
      chosen: body.subscriber,
      asked: { originalTransactionId, productId, requestedAt, flow: flow.prepared },
    });
    const stops = body.withStops ? await readStops(queries, place) : NO_STOPS;
    const simulation = await runSimulation(place, taken, { flow, subscriber, stops });
    const hasSigningKey = (await findActiveInAppPurchaseKey(queries, place.app)) !== undefined;
    return {
      body: simulationBody({
        flow,
        taken,
        subscriber,
        isStateStored: body.subscriber.status === "stored",
        stops,
        simulation,
        hasSigningKey,
      }),
    };
  });
}

async function takeRequest(
  means: SimulatorMeans,
  place: SimulatedPlace,
  {
    body,
    now,
  }: { readonly body: RouteInput<typeof routes.simulate>["body"]; readonly now: number },
): Promise<TakenOrRefused> {
  if (body.signedPayload !== undefined) return takeCaptured(means, place, body.signedPayload);
  // The schema lets nothing in that has neither.
  return takeMadeUp(place, body.request ?? { productId: "", userLocale: "" }, now);
}
