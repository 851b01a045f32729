import type { FlowPath } from "../document/flow-issue.ts";
import type { FlowResponse } from "../document/response-schema.ts";
import type { Validation } from "./validation.ts";

/** How a message is used: what may be in it follows from that. */
type MessageUseKind =
  | "message"
  | "alternateProduct"
  | "promotionalOffer"
  | "advancedCommerceInfo"
  | "default";

/** One place that names a message. */
export interface MessageUse {
  readonly kind: MessageUseKind;
  readonly message: string;
  /** In words, for messages to people. */
  readonly by: string;
  readonly path: FlowPath;
}

/** Returns every place of a flow that names a message. */
export function messageUses(validation: Validation): readonly MessageUse[] {
  const { document, responses } = validation;
  const { holdout, fallback } = document;
  return [
    use("message", fallback.message, "the fallback", ["fallback", "message"]),
    ...(holdout === undefined
      ? []
      : [
          use("message", holdout.respond.message, "the holdout", ["holdout", "respond", "message"]),
        ]),
    ...responses.flatMap(({ rule, response, path }) =>
      responseUses(response, `rule ${rule}`, path),
    ),
    ...defaultUses(validation),
  ];
}

function responseUses(response: FlowResponse, by: string, path: FlowPath): readonly MessageUse[] {
  const uses: MessageUse[] = [];
  const { message, fallback } = response;
  if (message !== undefined) uses.push(use("message", message, by, [...path, "message"]));
  for (const kind of ["alternateProduct", "promotionalOffer", "advancedCommerceInfo"] as const) {
    const own = response[kind];
    if (own !== undefined) uses.push(use(kind, own.message, by, [...path, kind, "message"]));
  }
  if (fallback !== undefined) {
    const place = [...path, "fallback", "message"];
    uses.push(use("message", fallback.message, `the fallback of ${by}`, place));
  }
  return uses;
}

function defaultUses({ document, environments }: Validation): readonly MessageUse[] {
  const lists = [
    { defaults: document.defaults, path: ["defaults"] },
    ...environments.map((environment) => ({
      defaults: document.environments?.[environment]?.defaults,
      path: ["environments", environment, "defaults"],
    })),
  ];
  return lists.flatMap(({ defaults = [], path }) =>
    defaults.map(({ message }, index) =>
      use("default", message, "the defaults", [...path, index, "message"]),
    ),
  );
}

function use(kind: MessageUseKind, message: string, by: string, path: FlowPath): MessageUse {
  return { kind, message, by, path };
}
