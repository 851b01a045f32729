import type { Io } from "../command.ts";
import { createStyle, printable } from "../style.ts";
import type { Deployment } from "./deployment.ts";

const STATES: Readonly<Record<Deployment["state"], string>> = {
  uploading: "uploading",
  waitingForReview: "waiting for Apple's review",
  settingDefaults: "setting default messages",
  publishing: "publishing",
  live: "live",
  failed: "failed",
  cancelled: "cancelled",
};

const STEPS: Readonly<Record<Deployment["steps"][number]["step"], string>> = {
  upload: "uploaded",
  review: "approved",
  defaults: "default messages set",
  publish: "published",
  realtimeUrl: "URL set",
};

/** Says how a deployment stands. */
export function sayState(state: Deployment["state"]): string {
  return STATES[state];
}

/** Says how far a step is: `uploaded 3 of 14`. */
export function sayStep({ step, done, total }: Deployment["steps"][number]): string {
  return `${STEPS[step]} ${done} of ${total}`;
}

/** Renders for people how a deployment stands, and what went wrong. */
export function renderDeployment(
  { id, version, state, steps, problems, app, environment }: Deployment,
  io: Pick<Io, "colors">,
): readonly string[] {
  const style = createStyle(io);
  const paint = state === "live" ? style.green : state === "failed" ? style.red : style.yellow;
  const words = `--app ${app} --environment ${environment}`;
  return [
    paint(`version ${version} in ${environment}: ${sayState(state)} (${id})`),
    ...steps.map((step) => `  ${sayStep(step)}`),
    ...problems.flatMap(({ code, message, advice, subject }) => [
      `  ${style.red(code)} ${printable(subject === undefined ? message : `${subject}: ${message}`)}`,
      ...(advice === undefined ? [] : [`    ${style.cyan("hint")} ${printable(advice)}`]),
    ]),
    ...(state === "waitingForReview"
      ? [`it goes on by itself; follow it: holdfast deploy ${words} --version ${version} --wait`]
      : []),
  ];
}
