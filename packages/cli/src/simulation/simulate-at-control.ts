import { routes } from "@holdfast/api";
import type { CallInput } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { CommandInput, ExitCode, Io, Options, OptionSpec } from "../command.ts";
import { requireApp } from "../control-plane/app-option.ts";
import { CONTROL_OPTIONS, openControl } from "../control-plane/open-control.ts";
import { givenSubscriber } from "../fixtures/fixture-lookup.ts";
import { parseInstant } from "../instant.ts";
import { print } from "../output.ts";
import { createStyle } from "../style.ts";
import { readFlowReference } from "./flow-reference.ts";
import { readInferredAttributes } from "./inferred-attributes.ts";
import { renderControlSimulation } from "./render-control-simulation.ts";
import { environmentOf, readCapturedRequest } from "./simulated-request.ts";
import type { CapturedRequest } from "./simulated-request.ts";

/** What makes the control plane simulate, and what it needs then. */
export const AT_CONTROL_OPTIONS: readonly OptionSpec[] = [
  { flags: "--live", description: "at the control plane: the flow that is live" },
  {
    flags: "--version <version>",
    description: "at the control plane: a version's number, or latest",
  },
  { flags: "--draft <id>", description: "at the control plane: a draft" },
  {
    flags: "--assume-approved",
    description: "with --version and --draft: take texts that Apple has not approved for approved",
  },
  {
    flags: "--no-stops",
    description: "at the control plane: as if nothing were paused or stopped",
  },
  {
    flags: "--app <id>",
    description: "at the control plane: our id of the app",
    env: "HOLDFAST_APP",
  },
  ...CONTROL_OPTIONS,
];

type SimulationRequest = CallInput<typeof routes.simulate>["body"];

/** What of the local simulation has no meaning at the control plane. */
const LOCAL = ["flow", "snapshot", "catalog", "review-states"];

/** Tells whether a command line means the control plane. */
export function isAtControl(options: Options): boolean {
  return chosen(options).length > 0;
}

function chosen(options: Options): readonly string[] {
  const { draft, version } = { draft: options.text("draft"), version: options.text("version") };
  return [
    ...(options.flag("live") ? ["live"] : []),
    ...(version === undefined ? [] : [version]),
    ...(draft === undefined ? [] : [`draft:${draft}`]),
  ];
}

/**
 * Has the control plane simulate, and prints what it says.
 *
 * @throws UsageError, ControlCallError
 */
export async function simulateAtControl(input: CommandInput, io: Io): Promise<ExitCode> {
  const { options } = input;
  const word = requireOne(options);
  const captured = await readCapturedRequest(options, io);
  const environment = placeOf(options, captured);
  const app = requireApp(options);
  const body = bodyOf(options, captured);
  const { client } = await openControl(input, io);
  const place = { client, app, environment };
  const flow = await readFlowReference(word, place, {
    io,
    assumeApproved: options.flag("assume-approved"),
  });
  const answer = await client.call(routes.simulate, {
    params: { app, environment },
    body: { ...body, flow: flow.choice },
    signal: io.signal,
  });
  print(input, io, {
    json: { app, environment, ...answer.body },
    table: () =>
      renderControlSimulation({ name: flow.name, simulation: answer.body }, createStyle(io)),
  });
  return answer.body.refused === undefined ? 0 : 1;
}

function requireOne(options: Options): string {
  const [word = "live", ...others] = chosen(options);
  if (others.length > 0) {
    throw new UsageError("OPTION_INVALID", "give one of --live, --version and --draft");
  }
  const local = LOCAL.find((name) => options.text(name) !== undefined);
  if (local !== undefined) {
    const message = `--${local}: the control plane has its own; leave out ${word === "live" ? "--live" : "--version and --draft"} to simulate here`;
    throw new UsageError("OPTION_INVALID", message);
  }
  if (options.flag("verify")) return word;
  const message = "--no-verify: the control plane verifies every captured request";
  throw new UsageError("OPTION_INVALID", message);
}

function placeOf(options: Options, captured: CapturedRequest | undefined): FlowEnvironment {
  if (captured !== undefined) return environmentOf(captured.request);
  return options.choice("environment", ["sandbox", "production"]) ?? "production";
}

function bodyOf(options: Options, captured: CapturedRequest | undefined): SimulationRequest {
  const at = options.text("at");
  const id = options.text("original-transaction-id");
  const locale = options.text("locale");
  return {
    ...(captured === undefined
      ? {
          request: {
            productId: options.required("product"),
            ...(locale === undefined ? {} : { userLocale: locale }),
            ...(id === undefined ? {} : { originalTransactionId: id }),
            ...(at === undefined ? {} : { requestedAt: parseInstant(at, "--at") }),
          },
        }
      : { signedPayload: captured.signedPayload }),
    subscriber: subscriberOf(options),
    withStops: options.flag("stops"),
  };
}

function subscriberOf(options: Options): NonNullable<SimulationRequest["subscriber"]> {
  const written = options.list("attribute");
  if (!options.flag("unknown-subscriber")) {
    if (written.length === 0) return { status: "stored" };
    const attributes = readInferredAttributes(written);
    const previousDecisions = { rules: {}, offers: {} };
    return givenSubscriber({ status: "found", state: { attributes, previousDecisions } });
  }
  if (written.length === 0) return { status: "unavailable", reason: "noStore" };
  throw new UsageError("OPTION_INVALID", "give either --attribute or --unknown-subscriber");
}
