import { emulatorError } from "../errors/index.ts";
import { createSeededRandom, type Random } from "../random/seeded-random.ts";
import { type EnvironmentName, ENVIRONMENTS } from "../world/index.ts";
import type { Notification } from "./notification.ts";

/** Which notifications a fault falls on: those that match all that is given. */
export interface NotificationFaultSelection {
  /** The app's id; default any. */
  readonly app?: string;
  /** Default both. */
  readonly environment?: EnvironmentName;
  /** Like `DID_RENEW`; default any. */
  readonly notificationType?: string;
  /** Like `VOLUNTARY`; default any, and none. */
  readonly subtype?: string;
  /** How many matching ones it lets pass first; default none. */
  readonly skip?: number;
  /** On how many it then falls; default all. */
  readonly times?: number;
  /** On which share of them, from 0 to 1, the same ones each time the fault is set; default 1. */
  readonly share?: number;
}

/** Something that goes wrong with App Store Server Notifications. */
export type NotificationFault = NotificationFaultSelection &
  (
    | {
        /** It is sent so much later; what is signed says when it happened. */
        readonly kind: "delay";
        readonly delayMs: number;
      }
    | {
        /** The next one of the app and environment overtakes it; without a next one it waits `withinMs`. */
        readonly kind: "reorder";
        /** Default a minute. */
        readonly withinMs?: number;
      }
    | {
        /** Once it is taken it comes again, the very same. */
        readonly kind: "duplicate";
        /** How often again; default once. */
        readonly copies?: number;
      }
    | {
        /** It is lost on its way, and never sent again: only the notification history has it. */
        readonly kind: "drop";
      }
  );

/** A fault with what became of it. */
export type NotificationFaultInForce = NotificationFault & {
  /** How many notifications matched it so far, those it let pass included. */
  readonly matched: number;
  /** How many it fell on. */
  readonly applied: number;
};

/** What is done with one notification. */
export interface Handling {
  readonly delayMs: number;
  /** How long it waits for another to overtake it; 0 for not at all. */
  readonly overtakenWithinMs: number;
  readonly copies: number;
  readonly isLost: boolean;
}

/** What is done with a notification on which no fault falls. */
export const PLAIN_HANDLING: Handling = {
  delayMs: 0,
  overtakenWithinMs: 0,
  copies: 0,
  isLost: false,
};

/** The faults of notifications in force; they end with the process. */
export interface NotificationFaults {
  /**
   * Puts these in force in place of what was, with nothing counted yet. Throws `INPUT_INVALID` for an app
   * there is not, or a number out of bounds.
   */
  set(faults: readonly NotificationFault[]): void;
  list(): readonly NotificationFaultInForce[];
  clear(): void;
  /** Returns what all faults that fall on a notification do with it; counts it for all that match. */
  take(notification: Notification): Handling;
}

const OVERTAKEN_WITHIN_MS = 60_000;
/** As long as timers can wait: about 24 days, in milliseconds. */
const MAX_MS = 2 ** 31 - 1;
const MAX_COPIES = 100;

interface Counted {
  readonly fault: NotificationFault;
  readonly random: Random;
  matched: number;
  applied: number;
}

/** Returns faults for the notifications of these apps, with none in force. */
export function createNotificationFaults(apps: readonly string[]): NotificationFaults {
  let counted: readonly Counted[] = [];
  return {
    set(faults) {
      for (const fault of faults) assertPossible(fault, apps);
      counted = faults.map((fault, index) => {
        return { fault, random: createSeededRandom(index + 1), matched: 0, applied: 0 };
      });
    },
    list: () =>
      counted.map(({ fault, matched, applied }) => Object.assign({}, fault, { matched, applied })),
    clear() {
      counted = [];
    },
    take(notification) {
      const matching = counted.filter(({ fault }) => isAbout(fault, notification));
      const handling = { ...PLAIN_HANDLING };
      for (const { fault } of matching.filter((entry) => count(entry))) {
        Object.assign(handling, handlingOf(fault));
      }
      return handling;
    },
  };
}

function isAbout(fault: NotificationFault, notification: Notification): boolean {
  const names = ["app", "environment", "notificationType", "subtype"] as const;
  return names.every((name) => fault[name] === undefined || fault[name] === notification[name]);
}

/** Counts a notification; tells whether the fault falls on it. */
function count(entry: Counted): boolean {
  const { skip = 0, times = Infinity, share = 1 } = entry.fault;
  const isDrawn = entry.random() < share;
  const falls = entry.matched >= skip && entry.applied < times && isDrawn;
  entry.matched += 1;
  if (falls) entry.applied += 1;
  return falls;
}

function handlingOf(fault: NotificationFault): Partial<Handling> {
  switch (fault.kind) {
    case "delay":
      return { delayMs: fault.delayMs };
    case "reorder":
      return { overtakenWithinMs: fault.withinMs ?? OVERTAKEN_WITHIN_MS };
    case "duplicate":
      return { copies: fault.copies ?? 1 };
    case "drop":
      return { isLost: true };
  }
}

function assertPossible(fault: NotificationFault, apps: readonly string[]): void {
  const { app, environment, skip = 0, times = 0, share = 1 } = fault;
  if (app !== undefined && !apps.includes(app)) {
    throw invalid("app", `one of ${apps.join(", ")}`, app);
  }
  if (environment !== undefined && !ENVIRONMENTS.includes(environment)) {
    throw invalid("environment", `one of ${ENVIRONMENTS.join(", ")}`, environment);
  }
  assertWhole("skip", skip, { min: 0, max: Number.MAX_SAFE_INTEGER });
  assertWhole("times", times, { min: 0, max: Number.MAX_SAFE_INTEGER });
  if (!(share >= 0 && share <= 1)) throw invalid("share", "from 0 to 1", share);
  if (fault.kind === "delay") assertWhole("delayMs", fault.delayMs, { min: 0, max: MAX_MS });
  if (fault.kind === "reorder") {
    assertWhole("withinMs", fault.withinMs ?? 1, { min: 1, max: MAX_MS });
  }
  if (fault.kind === "duplicate") {
    assertWhole("copies", fault.copies ?? 1, { min: 1, max: MAX_COPIES });
  }
}

function assertWhole(
  name: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  throw invalid(name, `a whole number from ${min} to ${max}`, value);
}

function invalid(name: string, expected: string, got: string | number) {
  return emulatorError(
    "INPUT_INVALID",
    `expected ${name} of a notification fault to be ${expected}, got ${got}`,
  );
}
