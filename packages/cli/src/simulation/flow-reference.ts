import type { CallInput, routes } from "@holdfast/api";
import { contentOf } from "../flow-versions/flow-content.ts";
import { readReferred } from "../flow-versions/version-reference.ts";
import type { Io } from "../command.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import { loadUsableFlow } from "../load-flow.ts";

/** A flow, as the API's simulator takes it. */
type FlowChoice = NonNullable<CallInput<typeof routes.simulate>["body"]["flow"]>;

/** A flow somebody referred to. */
export interface ReferredFlow {
  /** For people: `version 42`, `draft draft_3nTu`, `flow.yaml`. */
  readonly name: string;
  readonly choice: FlowChoice;
}

/** How a flow is compiled where it is not the one that is live. */
export interface ReferenceOptions {
  /** Whether texts that Apple has not approved count as approved. */
  readonly assumeApproved: boolean;
}

const DRAFT = /^draft[:_]/;

/**
 * Returns what a word refers to: `live`, `latest`, a version's number, a draft's id, or a flow's file.
 *
 * @throws CommandFailed `NOTHING_LIVE`, `NOTHING_SAVED`
 * @throws UsageError, FlowRefused for a file that cannot be used
 */
export async function readFlowReference(
  word: string,
  place: PlaceAtControl,
  { io, assumeApproved }: ReferenceOptions & { readonly io: Io },
): Promise<ReferredFlow> {
  if (word === "live") {
    const { name } = await readReferred(place, word, place.environment);
    return { name, choice: {} };
  }
  if (word === "latest" || /^\d+$/.test(word)) {
    const reference = word === "latest" ? word : Number(word);
    const { name, version } = await readReferred(place, reference, place.environment);
    return { name, choice: { version: version.version, assumeApproved } };
  }
  if (DRAFT.test(word)) {
    const draft = word.replace("draft:", "");
    return { name: `draft ${draft}`, choice: { draft, assumeApproved } };
  }
  const flow = await loadUsableFlow(io, { file: word, environment: place.environment });
  const { source, files, images } = contentOf(flow);
  const choice = { source, files: { ...files }, images: { ...images }, assumeApproved };
  return { name: flow.file, choice };
}
