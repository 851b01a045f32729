import type { Queries } from "../../storage/index.ts";
import type { WorkersValueName, WorkersValuesTable } from "../tables.ts";
import type { WorkersMeans } from "../workers-means.ts";

/** Which value of an app's namespace. */
export interface ValuePlace {
  readonly app: string;
  readonly kind: WorkersValueName;
  /** `both` for what an app has once. */
  readonly environment: WorkersValuesTable["environment"];
}

/** A value as it is to be in an app's namespace. */
export interface WantedValue extends ValuePlace {
  /** Where it is to be. */
  readonly key: string;
  /** Changes whenever the value does. */
  readonly tag: string;
  /** Rises with the value, or stays: what is lower never goes over it. */
  readonly sequence: number;
  /**
   * Returns the value, this one or a newer one; undefined where it is gone meanwhile.
   *
   * @param readFound - returns what is there now, for a value that takes over something of it; throws what
   *   reading at Cloudflare throws
   * @throws what opening a secret throws
   */
  readonly read: (readFound: () => Promise<string | undefined>) => Promise<string | undefined>;
}

/** Lists the values of a kind that are to be, of one app or of all; opens no secret. */
export type ValueKind = (
  queries: Queries,
  means: WorkersMeans,
  app?: string,
) => Promise<readonly WantedValue[]>;
