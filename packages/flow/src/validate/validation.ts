import type { Catalog, CatalogProduct } from "../catalog/catalog.ts";
import type { ReviewStates } from "../catalog/review-states.ts";
import { effectiveFlow } from "../compile/effective-flow.ts";
import type { EffectiveFlow } from "../compile/effective-flow.ts";
import { compareIssues, createIssue, NO_POSITIONS } from "../document/flow-issue.ts";
import type { FlowIssue, FlowPath, FlowPositions, IssueDraft } from "../document/flow-issue.ts";
import type { FlowDocument } from "../document/flow-schema.ts";
import type { FlowMessage } from "../document/message-schema.ts";
import type { FlowResponse } from "../document/response-schema.ts";
import type { AttributeType } from "../evaluate/attributes.ts";
import type { FlowEnvironment } from "../evaluate/subject.ts";
import type { ImageHashes } from "../identifiers/content-identifiers.ts";
import type { ValidationIssueCode } from "./validation-code.ts";

/** What a flow is validated with; whatever is missing is not checked. */
export interface ValidateOptions {
  /** Only this environment's overlay is looked at; without it both are. */
  readonly environment?: FlowEnvironment | undefined;
  readonly catalog?: Catalog | undefined;
  /** What Apple has in `environment`. */
  readonly reviewStates?: ReviewStates | undefined;
  /** Hashes of image files; with it every file must be there. */
  readonly images?: ImageHashes | undefined;
  /** Places of the document's values, from `parseFlow`. */
  readonly positions?: FlowPositions | undefined;
  /** The document that is live now, for what must not change under a running experiment. */
  readonly previous?: FlowDocument | undefined;
  /**
   * For how many of the recorded requests an attribute was known, 0 to 1, by name
   * (`subscription.previousDecisions` for history).
   */
  readonly knownShares?: Readonly<Record<string, number>> | undefined;
  /** Makes every warning an error. */
  readonly strict?: boolean | undefined;
}

/** One response of the flow and where it is. */
export interface PlacedResponse {
  readonly rule: string;
  readonly ruleIndex: number;
  readonly response: FlowResponse;
  readonly path: FlowPath;
}

/** One message of the flow and where it is: an overlay's count as messages of their own. */
export interface PlacedMessage {
  readonly name: string;
  readonly message: FlowMessage;
  readonly path: FlowPath;
}

type Draft = IssueDraft<ValidationIssueCode>;

/** What the checks share: the document looked up in, and the issues collected. */
export class Validation {
  readonly document: FlowDocument;
  readonly options: ValidateOptions;
  readonly catalog: Catalog | undefined;
  readonly declared: ReadonlyMap<string, AttributeType>;
  readonly environments: readonly FlowEnvironment[];
  readonly products: ReadonlyMap<string, CatalogProduct>;
  readonly ruleNames: ReadonlySet<string>;
  /** Every message with its place, those of the overlays included. */
  readonly messages: readonly PlacedMessage[];
  /** Every response of every rule and arm. */
  readonly responses: readonly PlacedResponse[];
  readonly #messagesByName: ReadonlyMap<string, readonly PlacedMessage[]>;
  readonly #responsesByRule: ReadonlyMap<number, readonly PlacedResponse[]>;
  readonly #positions: FlowPositions;
  readonly #issues = new Map<string, FlowIssue<ValidationIssueCode>>();

  constructor(document: FlowDocument, options: ValidateOptions) {
    this.document = document;
    this.options = options;
    this.catalog = options.catalog;
    this.declared = new Map(Object.entries(document.attributes ?? {}));
    const { environment } = options;
    this.environments = environment === undefined ? ["sandbox", "production"] : [environment];
    this.products = new Map(
      options.catalog?.products.map((product) => [product.productId, product]),
    );
    this.ruleNames = new Set(document.rules.map(({ name }) => name));
    this.messages = messagesOf(document, this.environments);
    this.responses = responsesOf(document);
    this.#messagesByName = Map.groupBy(this.messages, ({ name }) => name);
    this.#responsesByRule = Map.groupBy(this.responses, ({ ruleIndex }) => ruleIndex);
    this.#positions = options.positions ?? NO_POSITIONS;
  }

  /** Keeps an issue; the same one from both environments counts once. */
  report(draft: Draft): void {
    const issue = createIssue(draft, this.#positions);
    const severity = issue.severity === "warning" && this.options.strict ? "error" : issue.severity;
    const key = JSON.stringify([draft.code, draft.path, draft.message]);
    if (!this.#issues.has(key)) this.#issues.set(key, { ...issue, severity });
  }

  /** All issues in the order of their places. */
  get issues(): readonly FlowIssue<ValidationIssueCode>[] {
    return [...this.#issues.values()].sort(compareIssues);
  }

  /** The document as each of the environments sees it. */
  get effectiveFlows(): readonly EffectiveFlow[] {
    return this.environments.map((environment) => effectiveFlow(this.document, environment));
  }

  /** The messages there are under a name: the document's and those of the overlays. */
  messagesNamed(name: string): readonly PlacedMessage[] {
    return this.#messagesByName.get(name) ?? [];
  }

  /** The responses of one rule: its own, or its arms'. */
  responsesOf(ruleIndex: number): readonly PlacedResponse[] {
    return this.#responsesByRule.get(ruleIndex) ?? [];
  }
}

function messagesOf(
  document: FlowDocument,
  environments: readonly FlowEnvironment[],
): readonly PlacedMessage[] {
  const overlays = environments.flatMap((environment) =>
    placed(document.environments?.[environment]?.messages ?? {}, [
      "environments",
      environment,
      "messages",
    ]),
  );
  return [...placed(document.messages, ["messages"]), ...overlays];
}

function responsesOf({ rules }: FlowDocument): readonly PlacedResponse[] {
  return rules.flatMap(({ name: rule, respond, experiment }, ruleIndex) => {
    const path: FlowPath = ["rules", ruleIndex];
    if (respond !== undefined) {
      return [{ rule, ruleIndex, response: respond, path: [...path, "respond"] }];
    }
    return (experiment?.arms ?? []).map((arm, index) => ({
      rule,
      ruleIndex,
      response: arm.respond,
      path: [...path, "experiment", "arms", index, "respond"],
    }));
  });
}

function placed(
  messages: Readonly<Record<string, FlowMessage>>,
  path: FlowPath,
): readonly PlacedMessage[] {
  return Object.entries(messages).map(([name, message]) => ({
    name,
    message,
    path: [...path, name],
  }));
}
