import { randomUUID } from "node:crypto";
import { parseObject } from "../../control-link/control-http.ts";
import type { ControlAccess } from "../../control-link/control-http.ts";
import type { PublicationDirectory } from "../publication-directory.ts";
import { createControlClient } from "./control-client.ts";
import type { ValuePlace } from "./control-client.ts";
import { reconnectDelayMs } from "../../control-link/reconnect-delay.ts";
import { SYSTEM_TIMES } from "./follower-times.ts";
import type { FollowerTimes } from "./follower-times.ts";
import { runtimeReport } from "./runtime-report.ts";
import type { RuntimeIdentity } from "./runtime-report.ts";
import { readServerEvents } from "./server-events.ts";
import { createReporter } from "./reporter.ts";
import { createValueFetcher } from "./value-fetcher.ts";
import type { ValueFetcher } from "./value-fetcher.ts";

/** What a follower works with. */
export interface ControlFollowerOptions extends ControlAccess, RuntimeIdentity {
  /** Where values are installed, and what is configured. */
  readonly publications: Pick<PublicationDirectory, "list" | "offer">;
  readonly onEvent?: (event: FollowerEvent) => void;
  /** How often everything is asked for and reported though nothing was heard, ms; default a minute. */
  readonly refreshMs?: number;
  /** After so many ms without a sign of life a stream is given up; control sends one every 15 seconds. */
  readonly silenceMs?: number;
  readonly times?: FollowerTimes;
}

/** How following goes. */
export interface FollowerEvent {
  /** `connected` to the stream; `lost` when it ended or never began; `failed` when a single call did. */
  readonly kind: "connected" | "lost" | "failed";
  readonly error?: unknown;
}

/** Keeps a runtime at what control has published. */
export interface ControlFollower {
  /** Reads everything anew, at once: to be called when what is configured has changed. */
  refresh(): void;
  /** Resolves when what was asked for so far is read, or could not be. Never rejects. */
  settled(): Promise<void>;
  /** Stops, tells control so, and resolves when nothing is under way any more. */
  close(): Promise<void>;
}

/** How long the last report may take, ms: nobody waits long for a runtime to stop. */
const GOODBYE_MS = 2000;

const REFRESH_MS = 60_000;
const SILENCE_MS = 45_000;

/**
 * Starts following control: it says over a stream what changed, the values are read then, and installed as
 * files are. While control is away the runtime goes on with what it has; nothing here throws or waits for
 * control.
 *
 * @throws UsageError `CONTROL_URL_INVALID`
 */
export function followControl(options: ControlFollowerOptions): ControlFollower {
  const { publications, refreshMs = REFRESH_MS, silenceMs = SILENCE_MS } = options;
  const { times = SYSTEM_TIMES, onEvent = () => undefined } = options;
  const client = createControlClient(options);
  const runtime = `runtime_${randomUUID()}`;
  const closing = new AbortController();
  const { signal } = closing;
  const onFailed = (error: unknown): void => {
    if (!signal.aborted) onEvent({ kind: "failed", error });
  };
  const reporter = createReporter(
    () => client.report(runtime, runtimeReport(options, publications.list()), signal),
    onFailed,
  );
  const createFetcher = (): ValueFetcher =>
    createValueFetcher({
      client,
      signal,
      install: (place, text) => publications.offer({ ...place, text }),
      onFailed,
      onIdle: () => reporter.ask(),
    });
  // One of its own for stop lists: an emergency does not wait for a large snapshot.
  const fetchers = { stopList: createFetcher(), live: createFetcher() };

  function ask(places: readonly ValuePlace[]): void {
    for (const place of places) fetchers[place.what].ask([place]);
  }

  async function areAllRead(): Promise<boolean> {
    const read = await Promise.all([fetchers.stopList.idle(), fetchers.live.idle()]);
    return !read.includes(false);
  }

  function configuredPlaces(): readonly ValuePlace[] {
    return publications
      .list()
      .flatMap(({ app, environment }) => [
        { app, environment, what: "stopList" } as const,
        { app, environment, what: "live" } as const,
      ]);
  }

  /** Returns when the stream has ended; throws when it broke or never began. */
  async function watchOnce(onConnected: () => void): Promise<void> {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), silenceMs).unref();
    const onActivity = (): void => {
      timer.refresh();
      onConnected();
    };
    try {
      const body = await client.watch(AbortSignal.any([signal, silence.signal]));
      for await (const { event, data } of readServerEvents(body, onActivity)) {
        const place = event === "changed" ? changedPlace(data, configuredPlaces()) : undefined;
        if (place !== undefined) ask([place]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async function watch(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let isConnected = false;
      const onConnected = (): void => {
        if (!isConnected) onEvent({ kind: "connected" });
        isConnected = true;
      };
      const error = await watchOnce(onConnected).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (signal.aborted) return;
      onEvent({ kind: "lost", ...(error === undefined ? {} : { error }) });
      failures = isConnected ? 1 : failures + 1;
      await times.wait(reconnectDelayMs(failures, times.random()), signal);
    }
  }

  /** The net below the stream: some proxies keep streams back. */
  async function refresh(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      ask(configuredPlaces());
      failures = (await areAllRead()) ? 0 : failures + 1;
      const soon = reconnectDelayMs(failures, times.random());
      await times.wait(failures === 0 ? refreshMs : Math.min(refreshMs, soon), signal);
    }
  }

  /** Control takes a runtime that says nothing more for lost, and would miss what it counted last. */
  async function sayGoodbye(): Promise<void> {
    const report = { ...runtimeReport(options, publications.list()), isStopping: true };
    try {
      await client.report(runtime, report, AbortSignal.timeout(GOODBYE_MS));
    } catch {
      // Control is away as well: it finds out by itself.
    }
  }

  const running = Promise.all([watch(), refresh()]);
  return {
    refresh() {
      if (signal.aborted) return;
      for (const fetcher of Object.values(fetchers)) fetcher.forget();
      ask(configuredPlaces());
    },
    async settled() {
      await areAllRead();
    },
    async close() {
      closing.abort();
      await running;
      await areAllRead();
      await reporter.idle();
      await sayGoodbye();
    },
  };
}

/** Returns which configured place an event is about; control may know more than this runtime serves. */
function changedPlace(data: string, places: readonly ValuePlace[]): ValuePlace | undefined {
  const changed = parseObject(data);
  if (changed === undefined) return undefined;
  const fields = new Map<string, unknown>(Object.entries(changed));
  return places.find(
    ({ app, environment, what }) =>
      fields.get("app") === app &&
      fields.get("environment") === environment &&
      fields.get("what") === what,
  );
}
