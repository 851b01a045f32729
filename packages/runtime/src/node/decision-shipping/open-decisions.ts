import type { ControlAccess } from "../../control-link/control-http.ts";
import type { FollowerTimes } from "../control-follower/follower-times.ts";
import { openDecisionFile } from "../decision-file.ts";
import type { DecisionFile } from "../decision-file.ts";
import { createDecisionClient } from "../../control-link/decision-client.ts";
import { openDecisionSegments } from "./decision-segments.ts";
import { deleteOverBound, segmentBytesFor } from "./disk-bound.ts";
import { readCursor } from "./ship-cursor.ts";
import { shipDecisions } from "./ship-decisions.ts";
import type { ShippingEvent } from "./ship-decisions.ts";
import type { ShippingHealth } from "./shipping-counts.ts";

/** How a host keeps its decisions. */
export interface DecisionsOptions {
  readonly directory: string;
  /** How many bytes they may take on disk; beyond, the oldest are deleted. */
  readonly maxDiskBytes: number;
  /** Where they are shipped; nowhere by default, then they stay. */
  readonly control?: ControlAccess | undefined;
  readonly onEvent?: (event: ShippingEvent) => void;
  /** How large the file that is written grows, in bytes; default 64 MiB, or a quarter of what there is room for. */
  readonly segmentBytes?: number;
  /** How long closing goes on shipping, ms, though it fails; default three seconds, up to the first failure. */
  readonly flushMs?: number | undefined;
  readonly times?: FollowerTimes;
}

/** A host's decisions: written, and shipped where there is a control plane. */
export interface Decisions {
  readonly log: DecisionFile;
  /** Has them shipped at once, though that was to wait: control is said to be there. */
  readonly retry: () => void;
  /** Nothing where they are not shipped. */
  readonly shipping: () => ShippingHealth | undefined;
  /** Writes what is pending, and ships for as long as it may. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a host's decisions. One process at a time may have them.
 *
 * @throws UsageError `CONTROL_URL_INVALID`
 */
export async function openDecisions(options: DecisionsOptions): Promise<Decisions> {
  const { directory, maxDiskBytes, control, onEvent, times } = options;
  const client = control === undefined ? undefined : createDecisionClient(control);
  const cursor = await readCursor(directory);
  const segments = await openDecisionSegments(directory, cursor?.segment);
  const log = await openDecisionFile(segments.activePath, {
    segmentBytes: options.segmentBytes ?? segmentBytesFor(maxDiskBytes),
    async moveAside() {
      await segments.moveActive();
      if (client === undefined) keepBound();
    },
    onWritten: (records) => shipper?.written(records),
  });
  function keepBound(): void {
    // What cannot be deleted now is tried again when there is more.
    deleteOverBound(segments, maxDiskBytes).catch(() => undefined);
  }
  if (client === undefined) keepBound();
  const shipper =
    client &&
    shipDecisions({
      segments,
      cursor,
      client,
      rotate: () => log.rotate(),
      maxDiskBytes,
      flushMs: options.flushMs,
      ...(onEvent === undefined ? {} : { onEvent }),
      ...(times === undefined ? {} : { times }),
    });
  const close = async (): Promise<void> => {
    await log.close();
    await shipper?.close();
  };
  let closed: Promise<void> | undefined;
  return {
    log,
    retry: () => shipper?.retry(),
    shipping: () => shipper?.health(),
    close: () => (closed ??= close()),
  };
}
