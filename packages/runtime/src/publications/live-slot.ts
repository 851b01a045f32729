import { NO_STOPS } from "@holdfast/flow/evaluate";
import type { FlowEnvironment, Stops } from "@holdfast/flow/evaluate";
import type { LivePublication } from "../ports/publications.ts";
import { stopsOf } from "../wire/stop-list.ts";
import type { AppConfig } from "./app-config.ts";
import { openLiveValue, openStopList } from "./open-live-value.ts";
import type { OpeningMeans } from "./open-live-value.ts";

/** What happened to one app's publication. */
export interface PublicationEvent {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly kind: "live" | "stopList" | "refused" | "signingKeyUnusable" | "lastGoodNotKept";
  /** The label of what went live. */
  readonly label?: string;
  readonly error?: unknown;
}

/** An event of a slot, which need not say whose it is. */
export type SlotEvent = Omit<PublicationEvent, "app" | "environment">;

/** What is live for one app in one environment, wherever its values come from. */
export interface LiveSlot {
  readonly live: () => LivePublication | undefined;
  /**
   * Takes a live value over.
   *
   * @throws SyntaxError; WireError, PublicationRefusal, BadDataError of the snapshot; what is live then stays
   */
  readonly acceptLive: (text: string) => Promise<void>;
  /**
   * Takes a stop list over.
   *
   * @throws WireError, PublicationRefusal; the list in force then stays
   */
  readonly acceptStopList: (text: string) => Promise<void>;
}

/** Returns an empty slot. Nothing in it ever goes back to a lower sequence. */
export function createLiveSlot(
  config: AppConfig,
  means: OpeningMeans,
  tell: (event: SlotEvent) => void,
): LiveSlot {
  let live: LivePublication | undefined;
  let stops: Stops = NO_STOPS;
  return {
    live: () => live,
    async acceptLive(text) {
      const value: unknown = JSON.parse(text);
      const opened = await openLiveValue(value, config, live, means);
      // Another one may have been opened meanwhile.
      if (live !== undefined && live.sequence > opened.live.sequence) return;
      const isNews = opened.live.sequence !== live?.sequence;
      live = { ...opened.live, stops };
      if (isNews) tell({ kind: "live", label: live.label });
      if (opened.signingKeyProblem !== undefined) {
        tell({ kind: "signingKeyUnusable", error: opened.signingKeyProblem });
      }
    },
    async acceptStopList(text) {
      const list = await openStopList(text.trim(), config, stops.sequence);
      if (list.sequence < stops.sequence) return;
      const isNews = list.sequence !== stops.sequence;
      stops = stopsOf(list);
      if (live !== undefined) live = { ...live, stops };
      if (isNews) tell({ kind: "stopList" });
    },
  };
}
