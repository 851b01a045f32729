import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import { ControlCallError } from "../control-plane/control-call-error.ts";

/** The namespace a control plane writes for an app's Workers, and how that stands. */
export type WorkersTarget = RouteBody<typeof routes.readWorkersTarget>;

/**
 * Returns where a control plane writes for an app's Workers; undefined where it does not.
 *
 * @throws ControlCallError
 */
export async function findWorkersTarget(
  client: ApiClient,
  app: string,
): Promise<WorkersTarget | undefined> {
  try {
    return (await client.call(routes.readWorkersTarget, { params: { app } })).body;
  } catch (error) {
    // Also what a server says that knows nothing of Workers yet.
    if (error instanceof ControlCallError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}
