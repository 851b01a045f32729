import { join } from "node:path";
import type { LivePublication, PublicationStatus } from "../ports/publications.ts";
import type { AppConfig } from "../publications/app-config.ts";
import { createLiveSlot } from "../publications/live-slot.ts";
import type { PublicationEvent, SlotEvent } from "../publications/live-slot.ts";
import type { OpeningMeans } from "../publications/open-live-value.ts";
import { followFile } from "./followed-file.ts";
import { keepValue } from "./kept-value.ts";

/** What a slot is made of. */
export interface PublicationSlotOptions extends OpeningMeans {
  /** Where publishers put their files. */
  readonly directory: string;
  /** Where this runtime keeps its own copy of what it last accepted. */
  readonly lastGoodDirectory: string;
  /** Is told each time something is taken, or refused. */
  readonly onEvent?: (event: PublicationEvent) => void;
}

/** One app in one environment: its publication and its stop list. */
export interface PublicationSlot {
  live(): LivePublication | undefined;
  status(): PublicationStatus;
  restore(): Promise<void>;
  /**
   * Reads the files that have changed.
   *
   * @param isThere - tells of a name whether there is such a file, where that is known
   */
  refresh(isThere?: (name: string) => boolean): Promise<void>;
  /** Installs what came another way than by a file, or refuses it. Never rejects. */
  offer(what: PublishedValue, text: string): Promise<void>;
}

/** The two values of a slot: a live value as JSON, a stop list as a compact JWS. */
export type PublishedValue = "live" | "stopList";

type Target = Pick<AppConfig, "app" | "environment">;

/** The name of the file a publisher puts a live value in. */
export function liveFileName({ app, environment }: Target): string {
  return `${app}.${environment}.live.json`;
}

/** The name of the file a publisher puts a stop list in. */
function stopListFileName({ app, environment }: Target): string {
  return `${app}.${environment}.stop-list.jws`;
}

/** Makes the slot of one app and environment. */
export function createPublicationSlot(
  config: AppConfig,
  options: PublicationSlotOptions,
): PublicationSlot {
  const { app, environment } = config;
  const tell = (event: SlotEvent): void => options.onEvent?.({ app, environment, ...event });
  const slot = createLiveSlot(config, options, tell);
  const keep = (name: string, accept: (text: string) => Promise<void>) =>
    keepValue({
      copyPath: join(options.lastGoodDirectory, name),
      accept,
      onRefused: (error) => tell({ kind: "refused", error }),
      onNotKept: (error) => tell({ kind: "lastGoodNotKept", error }),
    });
  const [liveName, stopListName] = [liveFileName(config), stopListFileName(config)];
  const values = {
    live: keep(liveName, slot.acceptLive),
    stopList: keep(stopListName, slot.acceptStopList),
  };
  const liveFile = followFile(join(options.directory, liveName), values.live);
  const stopListFile = followFile(join(options.directory, stopListName), values.stopList);
  // Made anew when it changes: whoever asks for health asks for all there are.
  let status: PublicationStatus = { app, environment };

  return {
    live: slot.live,
    status() {
      const live = slot.live();
      const problem = values.live.problem() ?? values.stopList.problem();
      if (live !== status.live || problem !== status.problem) {
        status = {
          app,
          environment,
          ...(live === undefined ? {} : { live }),
          ...(problem === undefined ? {} : { problem }),
        };
      }
      return status;
    },
    async restore() {
      await values.stopList.restore();
      await values.live.restore();
    },
    async refresh(isThere = () => true) {
      if (isThere(stopListName)) await stopListFile.refresh();
      if (isThere(liveName)) await liveFile.refresh();
    },
    offer: (what, text) => values[what].offer(text),
  };
}
