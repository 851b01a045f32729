import { join } from "node:path";
import { NO_STOPS } from "@holdfast/flow/evaluate";
import type { FlowEnvironment, Stops } from "@holdfast/flow/evaluate";
import type { LivePublication, PublicationStatus } from "../ports/publications.ts";
import type { AppConfig } from "../publications/app-config.ts";
import { openLiveValue, openStopList } from "../publications/open-live-value.ts";
import type { OpeningMeans } from "../publications/open-live-value.ts";
import { stopsOf } from "../wire/stop-list.ts";
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

/** What happened to one app's publication. */
export interface PublicationEvent {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly kind: "live" | "stopList" | "refused" | "signingKeyUnusable" | "lastGoodNotKept";
  /** The label of what went live. */
  readonly label?: string;
  readonly error?: unknown;
}

/** One app in one environment: its publication and its stop list. */
export interface PublicationSlot {
  live(): LivePublication | undefined;
  status(): PublicationStatus;
  restore(): Promise<void>;
  /** Reads the files that have changed. */
  refresh(): Promise<void>;
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
  let live: LivePublication | undefined;
  let stops: Stops = NO_STOPS;
  const tell = (event: Omit<PublicationEvent, "app" | "environment">): void =>
    options.onEvent?.({ app, environment, ...event });

  async function acceptLive(text: string): Promise<void> {
    const value: unknown = JSON.parse(text);
    const opened = await openLiveValue(value, config, live, options);
    const isNews = opened.live.sequence !== live?.sequence;
    live = { ...opened.live, stops };
    if (isNews) tell({ kind: "live", label: live.label });
    if (opened.signingKeyProblem !== undefined) {
      tell({ kind: "signingKeyUnusable", error: opened.signingKeyProblem });
    }
  }

  async function acceptStopList(text: string): Promise<void> {
    const list = await openStopList(text.trim(), config, stops.sequence);
    const isNews = list.sequence !== stops.sequence;
    stops = stopsOf(list);
    if (live !== undefined) live = { ...live, stops };
    if (isNews) tell({ kind: "stopList" });
  }

  const keep = (name: string, accept: (text: string) => Promise<void>) =>
    keepValue({
      copyPath: join(options.lastGoodDirectory, name),
      accept,
      onRefused: (error) => tell({ kind: "refused", error }),
      onNotKept: (error) => tell({ kind: "lastGoodNotKept", error }),
    });
  const [liveName, stopListName] = [liveFileName(config), stopListFileName(config)];
  const values = { live: keep(liveName, acceptLive), stopList: keep(stopListName, acceptStopList) };
  const liveFile = followFile(join(options.directory, liveName), values.live);
  const stopListFile = followFile(join(options.directory, stopListName), values.stopList);

  return {
    live: () => live,
    status() {
      const problem = values.live.problem() ?? values.stopList.problem();
      return {
        app,
        environment,
        ...(live === undefined ? {} : { live }),
        ...(problem === undefined ? {} : { problem }),
      };
    },
    async restore() {
      await values.stopList.restore();
      await values.live.restore();
    },
    async refresh() {
      await stopListFile.refresh();
      await liveFile.refresh();
    },
    offer: (what, text) => values[what].offer(text),
  };
}
