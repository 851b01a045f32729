import { dirname, join, resolve } from "node:path";
import { CodedError, UsageError } from "@holdfast/appstore/errors";
import { parseCatalog, parseReviewStates } from "@holdfast/flow/catalog";
import type { Catalog, ReviewStates } from "@holdfast/flow/catalog";
import { hasErrors } from "@holdfast/flow/document";
import type { FlowDocument, FlowIssue, FlowPositions } from "@holdfast/flow/document";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { checkFlow } from "@holdfast/flow/validate";
import { openBesideFlow } from "./beside-flow.ts";
import type { BesideFlow } from "./beside-flow.ts";
import type { Io, Options } from "./command.ts";
import { FlowRefused } from "./errors.ts";
import { readJson, readText, readTextIfPresent, parseJson } from "./files.ts";
import { checkImages } from "./images/check-images.ts";
import { countIssues, sayCounts } from "./issues.ts";
import type { TextOfFile } from "./issues.ts";

/** What a flow is read with. */
export interface FlowInput {
  /** The flow's file; - is standard input, and then other files are beside the working directory. */
  readonly file: string;
  /** Only this environment is looked at; without it both are. */
  readonly environment?: FlowEnvironment | undefined;
  /** By default `catalog.json` beside the flow, when it is there. */
  readonly catalogFile?: string | undefined;
  readonly reviewStatesFile?: string | undefined;
  /** Makes warnings errors. */
  readonly strict?: boolean | undefined;
}

/** A flow that was read, with everything that belongs to it. */
export interface LoadedFlow {
  readonly file: string;
  /** What is in it. */
  readonly text: string;
  /** Absent when the text could not be read as a flow. */
  readonly document?: FlowDocument | undefined;
  readonly positions: FlowPositions;
  readonly issues: readonly FlowIssue[];
  /** Whether there is no error, nor a warning where warnings count. */
  readonly ok: boolean;
  readonly catalog?: Catalog | undefined;
  /** The file the catalog came from. */
  readonly catalogFile?: string | undefined;
  readonly reviewStates?: ReviewStates | undefined;
  readonly beside: BesideFlow;
  /** For showing the lines issues are about. */
  readonly textOf: TextOfFile;
}

/** A {@link LoadedFlow} that may be used. */
export type UsableFlow = LoadedFlow & { readonly document: FlowDocument };

/** The catalog's file beside a flow: what `catalog pull` writes and every command reads. */
export const CATALOG_FILE = "catalog.json";

/** Takes from a command line what {@link loadFlow} needs: the options of `flow-options.ts`. */
export function flowInputOf(file: string, options: Options): FlowInput {
  return {
    file,
    environment: options.choice("environment", ["sandbox", "production"]),
    catalogFile: options.text("catalog"),
    reviewStatesFile: options.text("review-states"),
    strict: options.flag("strict"),
  };
}

/**
 * Reads a flow, the files it names and what it is checked against, and says everything that is
 * wrong with it.
 *
 * @throws UsageError `FILE_UNREADABLE`, `JSON_MALFORMED`, `CATALOG_MALFORMED`,
 *   `REVIEW_STATES_MALFORMED`, `OPTION_MISSING`
 */
export async function loadFlow(io: Io, input: FlowInput): Promise<LoadedFlow> {
  const { file, environment, strict } = input;
  const text = await readText(io, file);
  const directory = file === "-" ? io.cwd : dirname(resolve(io.cwd, file));
  const beside = openBesideFlow(directory);
  const catalog = await readCatalog(io, input);
  const reviewStates = await readReviewStates(io, input);
  const fileName = file === "-" ? "stdin" : file;
  const checked = checkFlow(text, {
    fileName,
    includes: beside.textOf,
    images: beside.sha256Of,
    environment,
    catalog: catalog?.catalog,
    reviewStates,
    strict,
  });
  const { document, positions } = checked;
  const ofImages =
    document === undefined
      ? []
      : checkImages(document, positions, { ...beside, strict: strict === true });
  const issues = [...checked.issues, ...ofImages];
  return {
    file,
    text,
    document,
    positions,
    issues,
    ok: checked.ok && !hasErrors(ofImages),
    catalog: catalog?.catalog,
    catalogFile: catalog?.file,
    reviewStates,
    beside,
    textOf: (name) => (name === fileName ? text : beside.textOf(name)),
  };
}

/**
 * {@link loadFlow} for commands that go on with the flow.
 *
 * @throws FlowRefused `FLOW_INVALID` with all issues
 */
export async function loadUsableFlow(io: Io, input: FlowInput): Promise<UsableFlow> {
  const loaded = await loadFlow(io, input);
  const { document, issues, textOf } = loaded;
  if (loaded.ok && document !== undefined) return { ...loaded, document };
  const counts = sayCounts(countIssues(issues));
  throw new FlowRefused("FLOW_INVALID", `${input.file}: ${counts}`, { issues, textOf });
}

/**
 * Reads the catalog that is named, or the one beside a flow (for `-`, in the working directory);
 * undefined where none is named and none is there.
 *
 * @throws UsageError `FILE_UNREADABLE`, `JSON_MALFORMED`, `CATALOG_MALFORMED`
 */
export async function readCatalog(
  io: Io,
  { file, catalogFile }: Pick<FlowInput, "file" | "catalogFile">,
): Promise<{ readonly file: string; readonly catalog: Catalog } | undefined> {
  const path = catalogFile ?? (file === "-" ? CATALOG_FILE : join(dirname(file), CATALOG_FILE));
  const text =
    catalogFile === undefined ? await readTextIfPresent(io, path) : await readText(io, path);
  if (text === undefined) return undefined;
  const value = parseJson(text, path);
  return { file: path, catalog: inFile(path, () => parseCatalog(value)) };
}

async function readReviewStates(
  io: Io,
  { reviewStatesFile, environment }: FlowInput,
): Promise<ReviewStates | undefined> {
  if (reviewStatesFile === undefined) return undefined;
  if (environment === undefined) {
    const message = "--review-states needs --environment: Apple reviews each on its own";
    throw new UsageError("OPTION_MISSING", message);
  }
  const value = await readJson(io, reviewStatesFile);
  return inFile(reviewStatesFile, () => parseReviewStates(value));
}

/** A file the caller named is the caller's to mend. */
function inFile<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw new UsageError(cause.code, `${file}: ${cause.message}`, { cause });
  }
}
