import { UsageError } from "@holdfast/appstore/errors";
import { APP_STORE_LOCALES } from "@holdfast/appstore/retention-messaging";
import type { SubscriberLookup } from "@holdfast/flow/evaluate";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { nodeCryptography } from "@holdfast/runtime/node";
import { simulate as runSimulation } from "@holdfast/runtime/simulate";
import type { Command, Io, Options } from "../command.ts";
import { CATALOG_OPTION, ENVIRONMENT_OPTION, REVIEW_STATES_OPTION } from "../flow-options.ts";
import { print } from "../output.ts";
import { renderSimulation } from "../simulation/render-simulation.ts";
import type { SimulationReport } from "../simulation/render-simulation.ts";
import {
  AT_CONTROL_OPTIONS,
  isAtControl,
  simulateAtControl,
} from "../simulation/simulate-at-control.ts";
import { openSimulatedFlow } from "../simulation/simulated-flow.ts";
import type { SimulatedFlow } from "../simulation/simulated-flow.ts";
import {
  describeRequest,
  environmentOf,
  readCapturedRequest,
  verifyCapturedRequest,
} from "../simulation/simulated-request.ts";
import type { CapturedRequest, RequestOrigin } from "../simulation/simulated-request.ts";
import { readStoredAttributes } from "../simulation/stored-attributes.ts";
import { createStyle } from "../style.ts";
import { TRUSTED_ROOT_OPTION } from "../trusted-roots.ts";

/** `holdfast simulate` */
export const simulate: Command = {
  summary: "Show what a request would be answered, and why",
  description:
    "Takes one request through the steps of a real answer, rule by rule and condition by condition: ✓ true, ✗ false, ? unknown. " +
    "The request is described by options, or one that was captured, verified as of its own signedDate. " +
    "Offers are signed with a throw-away key, which Apple would refuse. " +
    "With --live, --version or --draft the control plane does it: against its flow, and with what is stored of the subscriber; nothing is kept of it.",
  options: [
    { flags: "--flow <file>", description: "the flow (default: flow.yaml)" },
    { flags: "--snapshot <file>", description: "a compiled flow instead" },
    {
      flags: "--request <file>",
      description:
        'a captured {"signedPayload"}, or a fixture with what was known of the subscriber; - is stdin',
    },
    TRUSTED_ROOT_OPTION,
    { flags: "--no-verify", description: "take the captured request as it is" },
    { flags: "--product <id>", description: "the product the subscriber has" },
    {
      flags: "--locale <locale>",
      description: "the device's locale (default: en-US)",
      suggestions: APP_STORE_LOCALES,
    },
    { ...ENVIRONMENT_OPTION, description: "where the request is from (default: production)" },
    {
      flags: "--at <time>",
      description: "when Apple asks: a date, or a time with its zone (default: now)",
    },
    {
      flags: "--original-transaction-id <id>",
      description: "the subscription: it decides about buckets (default: an invented one)",
    },
    {
      flags: "--attribute <name=value>",
      description:
        "something known of the subscriber, null for known not to exist; may come more than once",
      repeatable: true,
    },
    {
      flags: "--unknown-subscriber",
      description: "as when subscriber state cannot be had: history is unknown, too",
    },
    CATALOG_OPTION,
    REVIEW_STATES_OPTION,
    ...AT_CONTROL_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast simulate --product yoga.monthly --locale de-DE --attribute storefront=DEU --attribute plan_usage=2",
      does: "a subscriber of whom two things are known",
    },
    {
      line: "holdfast simulate --product yoga.yearly --at 2026-12-24 --unknown-subscriber",
      does: "Christmas, with the subscriber store down",
    },
    {
      line: "holdfast simulate --snapshot production.snapshot.json --request request.json --output json",
      does: "what the published flow would have answered to a captured request",
    },
    {
      line: "holdfast simulate --live --app yoga --request captured.fixture.json",
      does: "what is live in the control plane, with what is stored of that subscriber",
    },
  ],
  async run(input, io) {
    const { options } = input;
    if (isAtControl(options)) return simulateAtControl(input, io);
    const report = await simulateOne(options, io);
    print(input, io, {
      json: jsonOf(report),
      table: () => renderSimulation(report, createStyle(io)),
    });
    return 0;
  },
};

async function simulateOne(options: Options, io: Io): Promise<SimulationReport> {
  const captured = await readCapturedRequest(options, io);
  const wanted =
    captured === undefined
      ? options.choice("environment", ["sandbox", "production"])
      : environmentOf(captured.request);
  if (captured === undefined) options.required("product");
  const flow = await openSimulatedFlow(options, wanted, io);
  const { snapshot } = flow.prepared;
  const origin = await verifyOrigin(captured, flow, { options, io });
  const request = captured?.request ?? describeRequest(options, snapshot, io);
  const subscriber = subscriberOf(options, snapshot.attributes, captured);
  const simulation = await runSimulation(
    {
      app: snapshot.app,
      bundleId: snapshot.app,
      snapshot: flow.prepared,
      environment: snapshot.environment,
      request,
      subscriber,
    },
    nodeCryptography,
  );
  return { flow, request, origin, subscriber, simulation };
}

async function verifyOrigin(
  captured: CapturedRequest | undefined,
  { prepared }: SimulatedFlow,
  means: { readonly options: Options; readonly io: Io },
): Promise<RequestOrigin> {
  if (captured === undefined) return "described";
  if (!means.options.flag("verify")) return "notVerified";
  await verifyCapturedRequest(captured, prepared.snapshot.appAppleId, means);
  return "verified";
}

function subscriberOf(
  options: Options,
  declared: Snapshot["attributes"],
  captured: CapturedRequest | undefined,
): SubscriberLookup {
  const written = options.list("attribute");
  if (options.flag("unknown-subscriber")) {
    if (written.length === 0) return { status: "unavailable", reason: "noStore" };
    throw new UsageError("OPTION_INVALID", "give either --attribute or --unknown-subscriber");
  }
  if (written.length === 0) return captured?.subscriber ?? { status: "notFound" };
  const attributes = readStoredAttributes(written, declared);
  const previousDecisions = { rules: {}, offers: {} };
  return { status: "found", state: { attributes, previousDecisions } };
}

function jsonOf({ flow, request, origin, subscriber, simulation }: SimulationReport): object {
  const { status, body, delivered, deviation, evaluation, trace } = simulation;
  const { app, environment } = flow.prepared.snapshot;
  return {
    snapshot: { app, environment, hash: flow.hash },
    request: { origin, ...request },
    subscriber,
    response: { status, body },
    // Signatures in the body are made with a throw-away key.
    signedWithThrowAwayKey: isSigned(simulation),
    delivered,
    deviation,
    evaluation,
    trace,
  };
}

function isSigned({ delivered }: SimulationReport["simulation"]): boolean {
  return delivered?.kind === "promotionalOffer" || delivered?.kind === "advancedCommerceInfo";
}
