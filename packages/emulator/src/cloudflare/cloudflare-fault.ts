/** Which requests a fault falls on. */
interface FaultSelection {
  /** `api` (default): what the API is asked. `kv`: what Workers ask of their namespaces. */
  readonly on?: "api" | "kv";
  /** Only requests with this method and a path that contains this. */
  readonly method?: string;
  readonly path?: string;
  /** How many of them it lets pass first; default none. */
  readonly skip?: number;
  /** On how many it then falls; default 1. */
  readonly times?: number;
}

/** Something that goes wrong on purpose. */
export type CloudflareFault = FaultSelection &
  (
    | {
        /** Nothing is done, and this is answered. */
        readonly kind: "status";
        readonly status: number;
        /** Adds a Retry-After, in seconds. */
        readonly retryAfterSeconds?: number;
      }
    | {
        /** The connection ends. `midAnswer` (default): it was carried out, and half of the answer comes. */
        readonly kind: "cut";
        readonly when?: "beforeEffect" | "midAnswer";
      }
    | {
        /** It takes longer, by the double's clock. */
        readonly kind: "slow";
        readonly delayMs: number;
      }
    | {
        /** A bulk call does nothing with its first keys, and says so. */
        readonly kind: "unsuccessful";
        readonly keys: number;
      }
  );

/** The faults in force. */
export interface CloudflareFaults {
  /** Adds faults to those in force; of several that match a request each falls on it, in this order. */
  add(...faults: readonly CloudflareFault[]): void;
  clear(): void;
  /** Returns those that fall on a request, and counts them. */
  take(
    on: "api" | "kv",
    request: { readonly method: string; readonly path: string },
  ): readonly CloudflareFault[];
}

/** Returns faults, with none in force. */
export function createCloudflareFaults(): CloudflareFaults {
  let inForce: readonly { readonly fault: CloudflareFault; toPass: number; left: number }[] = [];
  return {
    add(...faults) {
      const added = faults.map((fault) => ({
        fault,
        toPass: fault.skip ?? 0,
        left: fault.times ?? 1,
      }));
      inForce = [...inForce, ...added];
    },
    clear() {
      inForce = [];
    },
    take(on, { method, path }) {
      const matching = inForce.filter(
        ({ fault }) =>
          (fault.on ?? "api") === on &&
          (fault.method ?? method) === method &&
          path.includes(fault.path ?? ""),
      );
      const falling = matching.filter(({ toPass }) => toPass === 0);
      for (const entry of matching) entry.toPass = Math.max(0, entry.toPass - 1);
      for (const entry of falling) entry.left -= 1;
      inForce = inForce.filter(({ left }) => left > 0);
      return falling.map(({ fault }) => fault);
    },
  };
}
