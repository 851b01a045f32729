/**
 * What somebody waits for at the command line: the start of the command beside the start of Node
 * itself, the check of the largest image Apple takes, the plan of as many messages as Apple takes.
 *
 *   npm run bench:commands               fifteen rounds
 *   npm run bench:commands -- --quick    three, to see that it works
 *   npm run bench:commands -- --json     JSON lines only
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { inspectPng } from "@holdfast/appstore/images";
import { parseFlowValue } from "@holdfast/flow/document";
import type { FlowDocument } from "@holdfast/flow/document";
import { desiredContent, openState, planChanges } from "@holdfast/provisioning";
import type { AppleContent, DesiredContent } from "@holdfast/provisioning";
import { writePng } from "../packages/appstore/src/images/testing/index.ts";
import { median } from "./median.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const rounds = values.quick ? 3 : 15;

const COMMAND = fileURLToPath(new URL("../packages/cli/bin/holdfast.js", import.meta.url));
const FULL_SIZE = { width: 3840, height: 2160 };
const MESSAGES = 2000;

/** Something that is timed; `unit` is what the ratio is a multiple of. */
interface Timed {
  readonly name: string;
  readonly act: () => void;
  readonly unit?: string;
}

const bareNode = "node -e 0";
const desired = desiredContent(flowOf(MESSAGES), "sandbox", {
  products: [],
  images: () => undefined,
  bytesOf: () => undefined,
});
const state = await openState(
  { read: async () => undefined, update: async (change) => change(undefined) },
  { bundleId: desired.bundleId, environment: "sandbox" },
  Date.now(),
);

const TIMED: readonly Timed[] = [
  { name: bareNode, act: () => start(["-e", "0"]) },
  { name: "holdfast --version", act: () => start([COMMAND, "--version"]), unit: bareNode },
  { name: "holdfast --help", act: () => start([COMMAND, "--help"]), unit: bareNode },
  checkOf("RGB", writePng(FULL_SIZE)),
  checkOf("RGBA, opaque", writePng({ ...FULL_SIZE, colorType: "rgb-alpha" })),
  { name: `plan of ${MESSAGES} messages, none at Apple`, act: () => plan(appleWith([])) },
  {
    name: `plan of ${MESSAGES} messages, all at Apple`,
    act: () => plan(appleWith(desired.messages)),
  },
];

tell(`Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`);
tell(`medians of ${rounds} interleaved rounds\n`);
const times = new Map<string, number[]>(TIMED.map(({ name }) => [name, []]));
for (const { act } of TIMED) act();
for (let round = 0; round < rounds; round += 1) {
  for (const { name, act } of TIMED) times.get(name)?.push(timeOf(act));
}
report();

function report(): void {
  for (const { name, unit } of TIMED) {
    const milliseconds = medianOf(name);
    const ratio = unit === undefined ? undefined : milliseconds / medianOf(unit);
    if (values.json) {
      const line = { bench: "commands", node: process.version, name, milliseconds, ratio };
      print(JSON.stringify(line));
    }
    const beside = ratio === undefined ? "" : `   ${ratio.toFixed(2)}× ${unit}`;
    tell(`${name.padEnd(44)}${milliseconds.toFixed(1).padStart(8)} ms${beside}`);
  }
}

function medianOf(name: string): number {
  return median(times.get(name) ?? []);
}

function timeOf(act: () => void): number {
  const before = performance.now();
  act();
  return performance.now() - before;
}

function start(args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
}

function checkOf(name: string, png: Uint8Array): Timed {
  return {
    name: `check of a ${FULL_SIZE.width} × ${FULL_SIZE.height} PNG, ${name}`,
    act: () => {
      if (!inspectPng(png, "FULL_SIZE").ok) throw new Error(`${name} was refused`);
    },
  };
}

function plan(apple: AppleContent): void {
  const options = { state: state.current, now: Date.now(), rollbackWindowMs: 0 };
  const { summary } = planChanges(desired, apple, options);
  if (summary.create + summary.keep !== MESSAGES) throw new Error("not all messages are planned");
}

function appleWith(messages: DesiredContent["messages"]): AppleContent {
  return {
    messages: new Map(messages.map(({ identifier }) => [identifier, "APPROVED"])),
    images: new Map(),
    realtimeUrl: null,
  };
}

/** A flow with so many texts, each with an identifier of its own. */
function flowOf(messages: number): FlowDocument {
  const locales = ["en-US", "de-DE", "fr-FR", "ja"];
  const written: Record<string, unknown> = {};
  for (let index = 0; index < messages / locales.length; index += 1) {
    const texts: Record<string, unknown> = {};
    for (const locale of locales) texts[locale] = { header: `${locale} ${index}`, body: "Stay." };
    written[`message_${index}`] = { defaultLocale: "en-US", locales: texts };
  }
  const document = {
    version: 1,
    app: "com.example.yoga",
    messages: written,
    rules: [],
    fallback: { message: "message_0" },
  };
  const { document: parsed } = parseFlowValue(document);
  if (parsed === undefined) throw new Error("the benchmark's flow is no flow");
  return parsed;
}

function tell(line: string): void {
  if (!values.json) print(line);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
