import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { EvaluationTrace } from "@holdfast/flow/evaluate";
import type { Command, Io } from "../../command.ts";
import { readTransactionId } from "../../decisions/read-transaction-id.ts";
import { decisionLine, renderDecision } from "../../decisions/render-decision.ts";
import type { PlaceAtControl } from "../../going-live/live-publication.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { print } from "../../output.ts";
import type { Result } from "../../output.ts";
import { renderTrace } from "../../simulation/render-trace.ts";
import { createStyle } from "../../style.ts";

type Explanation = RouteBody<typeof routes.explainDecision>;

/** `holdfast decisions show` */
export const show: Command = {
  summary: "Show what a request was answered and why, or what a customer saw",
  description:
    "With a request's identifier, the decision and rule by rule how it came about: it is evaluated again, with the snapshot and the subscriber state of then, which the audit log tells of. With --transaction-id, the decisions of the subscription, the newest first; the id is read from a file or standard input, and sent in a body.",
  arguments: [
    {
      name: "request",
      description: "the request's identifier, from `decisions tail`",
      required: false,
    },
  ],
  options: [
    {
      flags: "--transaction-id <file>",
      description:
        "a file with an originalTransactionId or another transaction id; - for standard input",
    },
    {
      flags: "--no-explain",
      description: "the decision alone; the subscription's id is not opened",
    },
    ...PLACE_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast decisions show 4d6c7a1e-8f3b-4f0e-9b55-2a1c7d9e0f11 --app yoga --environment production",
      does: "why was this answered?",
    },
    {
      line: "holdfast decisions show --transaction-id - --app yoga --environment production",
      does: "what did this customer see? The id comes from standard input",
    },
  ],
  async run(input, io) {
    const [request] = input.arguments;
    const file = input.options.text("transaction-id");
    if ((request === undefined) === (file === undefined)) {
      throw new UsageError(
        "ARGUMENT_INVALID",
        "expected a request's identifier or --transaction-id, and not both",
      );
    }
    const place = await openPlace(input, io);
    if (file !== undefined) {
      print(input, io, await findByTransaction(place, await readTransactionId(file, io), io));
      return 0;
    }
    const isExplained = input.options.flag("explain");
    print(input, io, await showOne(place, { request: request ?? "", isExplained }, io));
    return 0;
  },
};

async function findByTransaction(
  { client, app, environment }: PlaceAtControl,
  transactionId: string,
  io: Pick<Io, "colors">,
): Promise<Result> {
  const { body } = await client.call(routes.findDecisions, {
    params: { app, environment },
    body: { transactionId, limit: 200 },
  });
  const style = createStyle(io);
  const none = `no decision of this subscription in ${environment}, as long as decisions are kept`;
  return {
    json: { app, environment, ...body },
    table: () =>
      body.items.length === 0 ? [none] : body.items.map((item) => decisionLine(item, style)),
  };
}

async function showOne(
  { client, app, environment }: PlaceAtControl,
  { request, isExplained }: { readonly request: string; readonly isExplained: boolean },
  io: Pick<Io, "colors">,
): Promise<Result> {
  const style = createStyle(io);
  const params = { app, environment, request };
  if (!isExplained) {
    const { body } = await client.call(routes.readDecision, { params });
    return { json: { decision: body }, table: () => renderDecision(body, style) };
  }
  const { body } = await client.call(routes.explainDecision, { params });
  return { json: body, table: () => renderExplanation(body, io) };
}

function renderExplanation(
  { decision, agrees, trace }: Explanation,
  io: Pick<Io, "colors">,
): readonly string[] {
  const style = createStyle(io);
  // The API's description of a trace leaves parts of conditions open; it is made from this type.
  const evaluated = trace as unknown as EvaluationTrace;
  return [
    ...renderDecision(decision, style),
    "",
    ...renderTrace(evaluated, { style, declared: {} }),
    ...(agrees
      ? []
      : ["", style.red("Evaluated again, this decides otherwise than it was decided: report it")]),
  ];
}
