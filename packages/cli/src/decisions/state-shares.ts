import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";

/** What was known of an app's subscribers in the last seven days. */
export interface StateShares {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** Requests that needed a lookup. */
  readonly needed: number;
  /** Of these, 0 to 1: the lookup ended in time. */
  readonly inTime: number;
  /** The same for each kind of host that answered. */
  readonly hosts: readonly HostShare[];
  /** Those known for any request at all, by their names, 0 to 1. */
  readonly attributes: Readonly<Record<string, number>>;
}

/** How often subscribers were known in time by one kind of host. */
interface HostShare {
  /** Like `node` or `cloudflare-workers`. */
  readonly host: string;
  /** Requests that needed a lookup. */
  readonly needed: number;
  /** Of these, 0 to 1: the lookup ended in time. */
  readonly inTime: number;
}

/** Fewer requests than these tell nothing. */
export const ENOUGH_REQUESTS = 100;

/** Reads what was known of the subscribers of each app in each environment where there is enough to tell. */
export async function readAllShares(client: ApiClient): Promise<readonly StateShares[]> {
  const all: StateShares[] = [];
  for await (const { id: app, environments } of client.items(routes.listApps)) {
    for (const environment of ["sandbox", "production"] as const) {
      if (environments[environment] === undefined) continue;
      const shares = await readShares(client, { app, environment });
      if (shares.needed >= ENOUGH_REQUESTS) all.push(shares);
    }
  }
  return all;
}

/** Reads what was known of the subscribers of an app. */
export async function readShares(
  client: ApiClient,
  { app, environment }: Pick<StateShares, "app" | "environment">,
): Promise<StateShares> {
  const { body } = await client.call(routes.readKnownShares, {
    params: { app, environment },
    query: {},
  });
  return sharesOf({ app, environment }, body);
}

function sharesOf(
  place: Pick<StateShares, "app" | "environment">,
  { needed, inTime, hosts, attributes }: RouteBody<typeof routes.readKnownShares>,
): StateShares {
  const known = attributes.filter(({ share }) => share > 0);
  return {
    ...place,
    needed,
    inTime: shareOf(inTime, needed),
    hosts: hosts
      .filter((host) => host.needed > 0)
      .map((host) => ({
        host: host.host,
        needed: host.needed,
        inTime: shareOf(host.inTime, host.needed),
      })),
    attributes: Object.fromEntries(known.map(({ attribute, share }) => [attribute, share])),
  };
}

function shareOf(count: number, whole: number): number {
  return whole === 0 ? 0 : count / whole;
}

/** Says a share in percent; never 100 % or 0 % where it is not. */
export function sayShare(share: number): string {
  const percent = Math.round(share * 1000) / 10;
  if (share < 1 && percent === 100) return "over 99.9 %";
  return share > 0 && percent === 0 ? "under 0.1 %" : `${percent} %`;
}
