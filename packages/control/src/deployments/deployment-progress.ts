import { isChange } from "@holdfast/provisioning";
import type { ApplyEvent, Plan, PlanItem } from "@holdfast/provisioning";
import type { ReviewStates } from "@holdfast/flow/catalog";
import type { DeploymentState, StepProgress } from "./deployment-state.ts";

/** Counts how far a deployment is, also with what earlier runs did. */
export interface DeploymentProgress {
  /** Takes note of what was done, and returns the state it is in by that; undefined where it stays. */
  note(event: ApplyEvent): DeploymentState | undefined;
  /** Takes note of Apple's reviews. */
  review(states: ReviewStates): void;
  /** Takes note that the flow is live. */
  published(): void;
  /** How far each step is that the plan has something for. */
  steps(): readonly StepProgress[];
}

const STATE_IN = {
  upload: "uploading",
  review: undefined,
  defaults: "settingDefaults",
  publish: "publishing",
  realtimeUrl: "publishing",
  prune: undefined,
} as const;

/** Returns the progress of a plan nothing of which is done yet. */
export function createProgress({ items }: Plan): DeploymentProgress {
  const done = new Set(items.filter((item) => !isChange(item)));
  let approved = items.filter((item) => isContent(item) && item.state === "APPROVED").length;
  let isPublished = false;
  const count = (belongs: (item: PlanItem) => boolean) => ({
    done: [...done].filter(belongs).length,
    total: items.filter(belongs).length,
  });
  return {
    note(event) {
      if (event.type === "done") done.add(event.item);
      return event.type === "step" ? STATE_IN[event.step] : undefined;
    },
    review(states) {
      approved = items.filter(
        (item) => isContent(item) && reviewStateOf(item, states) === "APPROVED",
      ).length;
    },
    published() {
      isPublished = true;
    },
    steps() {
      const all: readonly StepProgress[] = [
        { step: "upload", ...count(isContent) },
        { step: "review", done: approved, total: count(isContent).total },
        { step: "defaults", ...count(({ kind }) => kind === "default") },
        { step: "publish", done: isPublished ? 1 : 0, total: 1 },
        { step: "realtimeUrl", ...count(({ kind }) => kind === "realtimeUrl") },
      ];
      return all.filter(({ total }) => total > 0);
    },
  };
}

/** Returns the identifiers of a plan's messages and images that Apple has not decided on. */
export function undecidedContent({ items }: Plan, states: ReviewStates): readonly string[] {
  return items.flatMap((item) => {
    if (!isContent(item)) return [];
    const state = reviewStateOf(item, states);
    return state === "APPROVED" || state === "REJECTED" ? [] : [item.identifier];
  });
}

type ContentItem = Extract<PlanItem, { readonly identifier: string }>;

function isContent(item: PlanItem): item is ContentItem {
  return item.kind === "image" || item.kind === "message";
}

function reviewStateOf({ kind, identifier }: ContentItem, states: ReviewStates) {
  const known = kind === "image" ? states.images : states.messages;
  return Object.hasOwn(known, identifier) ? known[identifier] : undefined;
}
