import type { CancelSheetView } from "../realtime/index.ts";
import type { AppEnvironment } from "../world/index.ts";
import { hasCancelButton } from "../world/subscriptions/index.ts";
import type { PopulationBehaviour } from "./behaviour.ts";
import { isAcceptable, oddsFor } from "./expected-outcomes.ts";
import { ifPossible } from "./if-possible.ts";
import type { Lives } from "./lives.ts";
import type { Minds } from "./minds.ts";
import type { DecisionEvent, PopulationEvent } from "./population-event.ts";
import type { PopulationStage } from "./population-stage.ts";
import { type ShownKind, traitsOf } from "./shown-traits.ts";

/** What a visit needs to know. */
export interface VisitContext {
  readonly place: AppEnvironment;
  readonly minds: Minds;
  /** Absent when they only look. */
  readonly behaviour: PopulationBehaviour | undefined;
  /** Called with what happened, at once. */
  readonly tell: (event: PopulationEvent) => void;
  /** Absent when they only look. */
  readonly lives: Pick<Lives, "leaveLater"> | undefined;
}

/**
 * Has somebody open the page, tap Cancel or not, and do what they do then. Nothing happens when there is no
 * button to cancel with any more.
 */
export async function visitPage(
  stage: PopulationStage,
  originalTransactionId: string,
  { place, minds, behaviour, tell, lives }: VisitContext,
): Promise<void> {
  const who = { ...place, originalTransactionId };
  if (!hasCancelButton(await stage.subscription(who))) return;
  const view = await stage.openCancelSheet(who);
  tell({ type: "view", view });
  const { taps, decision, name } = minds.visit(originalTransactionId, view.openedAt);
  if (taps) tell({ type: "tap", view, impression: stage.tapCancel(view.viewId) });
  if (behaviour === undefined || decision === undefined) return;
  if (taps) tell(await decide(stage, view, { behaviour, decision }));
  else lives?.leaveLater(view, name);
}

async function decide(
  stage: PopulationStage,
  view: CancelSheetView,
  { behaviour, decision }: { readonly behaviour: PopulationBehaviour; readonly decision: number },
): Promise<DecisionEvent> {
  const { shown, viewId, app, environment, subscriber } = view;
  const { originalTransactionId } = subscriber;
  const traits = traitsOf(view);
  const { cancel, accept } = oddsFor(behaviour, traits);
  const at = stage.clock.now();
  const stay = { type: "stay", at, view, shown } as const;
  if (decision < cancel) {
    const who = { app, environment, originalTransactionId };
    const change = await ifPossible(async () => stage.changeSubscription(who, { type: "cancel" }));
    return change === undefined ? stay : { type: "cancel", at, view, shown, change };
  }
  if (decision >= cancel + accept || !isAcceptable(traits.kind)) return stay;
  const change = await ifPossible(async () => stage.acceptShown(viewId));
  return change === undefined ? stay : { type: ACCEPTANCE[traits.kind], at, view, shown, change };
}

const ACCEPTANCE = {
  promotionalOffer: "redeem",
  alternateProduct: "switch",
  retentionOffer: "retentionOffer",
} as const satisfies Partial<Record<ShownKind, DecisionEvent["type"]>>;
