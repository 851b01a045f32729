import { rm } from "node:fs/promises";
import { join } from "node:path";
import { routes } from "@holdfast/api";
import type { Cluster } from "./cluster.ts";
import type { ControlProcess } from "./cluster-servers.ts";
import { messageOf, PAUSED_MESSAGE, PLACE, publishShowing } from "./cluster-flow.ts";
import type { ClusterRun, Kill, Timed } from "./cluster-report.ts";
import { timesUntilAnswered, until, untilReady, untilShipped } from "./observe.ts";
import { startPacedLoad } from "./paced-load.ts";
import type { ServerProcess } from "./server-process.ts";

/** What is done to a cluster under load, and what was seen of it. */
export interface ClusterTrial {
  readonly cluster: Cluster;
  /** Lets so many requests be answered before what comes next. */
  answerMore(count: number): Promise<void>;
  /** Publishes something new, and measures when every runtime that is up answers by it. */
  publish(): Promise<void>;
  /** Pauses and resumes the app, and measures when every runtime obeys. */
  pauseAndResume(): Promise<void>;
  /** Kills a server. */
  kill(server: ServerProcess): Promise<void>;
  /** Starts one that was ended, perhaps as another copy of the program, and measures when it is ready. */
  start(server: ServerProcess, program?: string): Promise<void>;
  /** Stops a runtime, and looks whether anything that it answered is missing then. */
  stopRuntime(runtime: ServerProcess, disk: "kept" | "wiped"): Promise<void>;
  /** Stops a control plane. */
  stopControl(control: ControlProcess): Promise<void>;
  /** Notes how long something took. */
  note(what: string, ms: number, withinMs?: number): void;
  /** Ends the load, waits until all decisions are shipped, and returns what was seen. */
  finish(): Promise<ClusterRun>;
  /** Ends the load; for when something failed. */
  abandon(): Promise<void>;
}

/** The load on a cluster, and what is expected of the machine. */
export interface TrialLoad {
  /** How many requests a second the App Store sends. */
  readonly perSecond: number;
  /** Times as long as on a machine without other work everything may take. */
  readonly patience: number;
  readonly onStep: (step: string) => void;
}

/** What is promised of times, ms. */
const WITHIN = { publication: 5000, stop: 5000, start: 20_000, shipped: 60_000 } as const;

/** How long anything is waited for at most, ms. */
const PATIENCE_MS = 90_000;

/** Starts a load on a cluster, and returns what can be done to it meanwhile. */
export function startTrial(
  cluster: Cluster,
  { perSecond, patience, onStep }: TrialLoad,
): ClusterTrial {
  const { emulator, database, runtimes } = cluster;
  const load = startPacedLoad({ emulator, url: cluster.url, perSecond });
  const kills: Kill[] = [];
  const timed = new Map<string, Timed>();
  const exitCodes: (number | null)[] = [];
  let leftBehind = 0;
  let publications = 0;

  function note(what: string, ms: number, withinMs?: number): void {
    const times = [...(timed.get(what)?.times ?? []), ms];
    const bound = withinMs === undefined ? {} : { withinMs: withinMs * patience };
    timed.set(what, { what, times, ...bound });
  }

  /** Notes when all runtimes that are up answer with a message. */
  async function noteAnswered(what: string, message: string, since: number, withinMs: number) {
    const up = runtimes.filter((runtime) => runtime.isUp());
    const bounds = { emulator, since, withinMs: PATIENCE_MS };
    for (const ms of await timesUntilAnswered(up, message, bounds)) note(what, ms, withinMs);
  }

  /** Counts what a runtime answered and the database does not have. */
  async function missingOf({ address }: ServerProcess): Promise<number> {
    const stored = new Set(await database.identifiers());
    return load.answered.filter(
      ({ requestIdentifier, asked }) => asked.at(-1) === address && !stored.has(requestIdentifier),
    ).length;
  }

  return {
    cluster,
    note,
    async answerMore(count) {
      const enough = load.answered.length + count;
      await until(`${count} answers`, PATIENCE_MS, () =>
        Promise.resolve(load.answered.length >= enough),
      );
    },
    async publish() {
      publications += 1;
      onStep(`publication ${publications}`);
      const message = messageOf(publications);
      const askedAt = await publishShowing(cluster.admin(), message);
      await noteAnswered("a publication is answered by", message, askedAt, WITHIN.publication);
    },
    async pauseAndResume() {
      onStep("pause and resume");
      const what = "a pause or its end is obeyed";
      for (const [route, message] of [
        [routes.pause, PAUSED_MESSAGE],
        [routes.resume, messageOf(publications)],
      ] as const) {
        const askedAt = Date.now();
        const body = { isWholeApp: true, note: "a trial" };
        await cluster.admin().call(route, { params: PLACE, body });
        await noteAnswered(what, message, askedAt, WITHIN.stop);
      }
    },
    async kill(server) {
      onStep(`kill ${server.name}`);
      kills.push({ ...(await server.kill()), address: server.address });
    },
    async start(server, program) {
      onStep(`start ${server.name}`);
      const from = Date.now();
      await server.start(program);
      const readyAt = await untilReady(server, PATIENCE_MS);
      note("who is started again is ready", readyAt - from, WITHIN.start);
    },
    async stopRuntime(runtime, disk) {
      onStep(`stop ${runtime.name}`);
      const { code, ms } = await runtime.stop();
      exitCodes.push(code);
      note("a runtime that is told to end has ended", ms);
      leftBehind += await missingOf(runtime);
      if (disk === "wiped") await rm(join(runtime.cwd, ".holdfast"), { recursive: true });
    },
    async stopControl(control) {
      onStep(`stop ${control.name}`);
      const { code, ms } = await control.stop();
      exitCodes.push(code);
      note("a control plane that is told to end has ended", ms);
    },
    async finish() {
      onStep("ship what is left");
      await load.stop();
      const from = Date.now();
      for (const runtime of runtimes) await untilShipped(runtime, PATIENCE_MS);
      note("after the end all decisions are shipped", Date.now() - from, WITHIN.shipped);
      return {
        answered: load.answered,
        failed: load.failed,
        mayBeSlow: patience > 1,
        kills,
        stored: await database.identifiers(),
        counted: await database.counted(),
        leftBehind,
        exitCodes,
        timed: [...timed.values()],
      };
    },
    async abandon() {
      await load.stop();
    },
  };
}
