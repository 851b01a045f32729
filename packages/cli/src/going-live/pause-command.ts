import type { Command, Options } from "../command.ts";
import { ENVIRONMENT_OPTION } from "../flow-options.ts";
import type { AppAtControl } from "../flow-versions/read-version.ts";
import { print } from "../output.ts";
import { readEnvironments } from "./live-publication.ts";
import type { PlaceAtControl } from "./live-publication.ts";
import { APP_AT_CONTROL_OPTIONS, openAppAtControl } from "./place-options.ts";
import { readLiveFallback } from "./live-fallback.ts";
import { renderStopped } from "./render-stopped.ts";
import type { Stopped } from "./render-stopped.ts";
import { sendPause } from "./send-pause.ts";
import type { StopList } from "./stops.ts";
import { exitCodeOfArrivals, readRuntimeWait, RUNTIME_WAIT_OPTIONS } from "./wait-for-runtimes.ts";

const WORDS = {
  pause: {
    summary: "Answer with the flow's fallback everywhere, or give no offers, at once",
    description:
      "For an emergency: nothing is published, and what is live stays as it is for holdfast resume. Every request is then answered with the flow's fallback message; with --offers only those where an offer would be given, with the response's own fallback, then the flow's. ",
    examples: [
      {
        line: 'holdfast pause --app yoga --reason "Prices are wrong"',
        does: "answer every request with the fallback, in every environment of the app",
      },
      {
        line: "holdfast pause --app yoga --environment production --offers",
        does: "give no offers in production; messages go on",
      },
    ],
  },
  resume: {
    summary: "Take a pause back",
    description:
      "Answers by what is live again; with --offers, gives offers again. The two are paused and resumed each for itself. ",
    examples: [
      { line: "holdfast resume --app yoga", does: "in every environment of the app" },
      {
        line: "holdfast resume --app yoga --environment production --offers",
        does: "give offers in production again",
      },
    ],
  },
} as const;

/** Returns `holdfast pause` or `holdfast resume`: each is the way back of the other. */
export function pauseCommand(verb: "pause" | "resume"): Command {
  const { summary, description, examples } = WORDS[verb];
  return {
    summary,
    description: `${description}Waits until the connected runtimes answer so, and tells how long that took; where the app has Cloudflare Workers, until it is written for them, who answer so within 90 s. Exits 5 when one does not yet, or it is not written.`,
    options: [
      ...APP_AT_CONTROL_OPTIONS,
      { ...ENVIRONMENT_OPTION, description: "where (default: wherever the app is served)" },
      { flags: "--offers", description: "offers alone; messages go on" },
      { flags: "--reason <text>", description: "why, for those who come later" },
      ...RUNTIME_WAIT_OPTIONS,
    ],
    examples,
    async run(input, io) {
      const { options } = input;
      const pause = { verb, isWholeApp: !options.flag("offers"), note: options.text("reason") };
      const wait = readRuntimeWait(input, io);
      const { server, ...app } = await openAppAtControl(input, io);
      const issued: { readonly place: PlaceAtControl; readonly stops: StopList }[] = [];
      // All are issued first: no environment waits for the runtimes of another.
      for (const environment of await chooseEnvironments(app, options)) {
        const place = { ...app, environment };
        issued.push({ place, stops: await sendPause(place, pause) });
      }
      const stopped: Stopped[] = [];
      for (const { place, stops } of issued) {
        const runtimes = await wait(place, { what: "stopList", sequence: stops.sequence });
        stopped.push({ place, stops, live: await readLiveFallback(place), runtimes });
      }
      const environments = stopped.map(({ place: { environment }, stops, runtimes = null }) => ({
        environment,
        stops,
        runtimes,
      }));
      print(input, io, {
        json: { server, app: app.app, environments },
        table: () => stopped.flatMap((one) => renderStopped(one, io)),
      });
      return exitCodeOfArrivals(stopped.map(({ runtimes }) => runtimes));
    },
  };
}

async function chooseEnvironments(app: AppAtControl, options: Options) {
  const asked = options.choice("environment", ["sandbox", "production"]);
  return asked === undefined ? readEnvironments(app) : [asked];
}
