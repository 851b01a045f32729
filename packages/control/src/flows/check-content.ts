import type { FlowIssue } from "@holdfast/flow/document";
import { compareIssues, NO_POSITIONS } from "@holdfast/flow/document";
import type { FlowDocument, ParsedFlow } from "@holdfast/flow/document";
import { CUSTOM_ATTRIBUTE_PREFIX } from "@holdfast/flow/evaluate";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { checkParsedFlow } from "@holdfast/flow/validate";
import type { CheckedFlow } from "@holdfast/flow/validate";
import { ApiRefusal } from "@holdfast/api/server";
import { ownValue } from "./flow-content.ts";
import type { FlowContent } from "./flow-content.ts";
import { requireApp } from "./flow-means.ts";
import type { FlowMeans } from "./flow-means.ts";
import { createContentReader } from "./read-content.ts";

/** Of this process: the same texts are read by every request and job that has to do with a version. */
const reader = createContentReader();

/** What to look at. */
export interface ContentToCheck {
  readonly app: string;
  readonly content: FlowContent;
  /** Only this environment; default all that are served. */
  readonly environment?: FlowEnvironment | undefined;
  /** Whether warnings count as errors; default false. */
  readonly isStrict?: boolean;
  /** Whether texts must be approved at Apple; default true. */
  readonly withReviews?: boolean;
  /** What is live, for what must not change under a running experiment. */
  readonly previous?: FlowDocument | undefined;
}

/** What was found. */
export interface CheckedContent {
  /** The document, when there is no error in any environment that was looked at. */
  readonly document?: FlowDocument;
  /** In the order of the places, each once. */
  readonly issues: readonly FlowIssue[];
}

/**
 * Checks a flow against the catalog and the review states as they are known now.
 *
 * @throws ApiRefusal `NOT_FOUND` when there is no such app
 */
export async function checkContent(
  means: Pick<FlowMeans, "facts">,
  options: ContentToCheck,
): Promise<CheckedContent> {
  return checkRead(means, reader.read(options.content), options);
}

async function checkRead(
  means: Pick<FlowMeans, "facts">,
  parsed: ParsedFlow,
  options: ContentToCheck,
): Promise<CheckedContent> {
  const { app, content, withReviews = true } = options;
  const { bundleId, environments } = await requireApp(means, app);
  const catalog = await means.facts.catalog(app);
  const check = (
    environment?: FlowEnvironment,
    reviewStates?: ReviewStatesOf,
    knownShares?: Readonly<Record<string, number>>,
  ) =>
    checkParsedFlow(parsed, {
      knownShares,
      images: (path) => ownValue(content.images, path),
      catalog,
      environment,
      reviewStates,
      previous: options.previous,
      strict: options.isStrict,
    });
  if (!withReviews) return merged([check(options.environment)], bundleId);
  const looked = (["sandbox", "production"] as const).filter((environment) =>
    options.environment === undefined
      ? environments[environment] !== undefined
      : environment === options.environment,
  );
  const checked: CheckedFlow[] = [];
  for (const environment of looked) {
    const knownShares = withDeclared(await means.facts.knownShares?.(app, environment), parsed);
    checked.push(check(environment, await means.facts.reviewStates(app, environment), knownShares));
  }
  return merged(checked.length === 0 ? [check()] : checked, bundleId);
}

type ReviewStatesOf = Awaited<ReturnType<FlowMeans["facts"]["reviewStates"]>>;

/** An attribute that the flow declares, and that nobody ever sent, is known for none. */
function withDeclared(
  knownShares: Readonly<Record<string, number>> | undefined,
  { document }: ParsedFlow,
): Readonly<Record<string, number>> | undefined {
  if (knownShares === undefined) return undefined;
  const declared = Object.keys(document?.attributes ?? {});
  return {
    ...Object.fromEntries(declared.map((name) => [`${CUSTOM_ATTRIBUTE_PREFIX}${name}`, 0])),
    ...knownShares,
  };
}

function merged(checked: readonly CheckedFlow[], bundleId: string): CheckedContent {
  const issues = new Map<string, FlowIssue>();
  for (const issue of checked.flatMap((flow) => [...flow.issues, ...foreign(flow, bundleId)])) {
    const key = JSON.stringify([issue.code, issue.path, issue.message]);
    if (!issues.has(key)) issues.set(key, issue);
  }
  const sorted = [...issues.values()].sort(compareIssues);
  const [first] = checked;
  const isGood = checked.every((flow) => flow.ok && foreign(flow, bundleId).length === 0);
  if (!isGood || first?.document === undefined) return { issues: sorted };
  return { document: first.document, issues: sorted };
}

/** A flow of another app would be compiled, signed, and refused by every runtime. */
function foreign(flow: CheckedFlow, bundleId: string): readonly FlowIssue[] {
  const { document, positions } = flow;
  if (document === undefined || document.app === bundleId) return [];
  const path = ["app"];
  return [
    {
      code: "APP_FOREIGN",
      severity: "error",
      message: `expected the app's bundle id ${bundleId}, got ${document.app}`,
      path,
      ...positions.locate(path),
    },
  ];
}

/**
 * Checks a flow as {@link checkContent} does and returns its document.
 *
 * @throws ApiRefusal `FLOW_INVALID` with all issues, `NOT_FOUND`
 */
export async function requireValidContent(
  means: Pick<FlowMeans, "facts">,
  options: ContentToCheck,
): Promise<FlowDocument> {
  const parsed = reader.read(options.content);
  // Warnings are not told here: where they are in the text need not be found.
  const { document } = await checkRead(means, { ...parsed, positions: NO_POSITIONS }, options);
  if (document !== undefined) return document;
  const { issues } = await checkRead(means, parsed, options);
  const errors = issues.filter(({ severity }) => severity === "error");
  throw new ApiRefusal(
    "FLOW_INVALID",
    `the flow has ${errors.length === 1 ? "1 error" : `${errors.length} errors`}; the first: ${errors[0]?.message ?? "none"}`,
    { issues: issues.map(writableIssue) },
  );
}

/** Returns the document of a content that was valid when it was saved; nothing when it can no longer be read. */
export function documentOf(content: FlowContent): FlowDocument | undefined {
  return reader.read(content).document;
}

/** The API's types want a path they might change. */
export function writableIssue(issue: FlowIssue) {
  return { ...issue, path: [...issue.path] };
}
