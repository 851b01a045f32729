import type { PublicationPlace } from "../publishing/index.ts";
import type { DeploymentProblem, DeploymentState, StepProgress } from "./deployment-state.ts";
import type { DeploymentsTable } from "./tables.ts";

/** A version on its way to being live, with all it needs at Apple. */
export interface Deployment extends PublicationPlace {
  readonly id: string;
  readonly version: number;
  /** What was live as whoever asked knew it; 0 where nothing was. */
  readonly expectedSequence: number;
  readonly publishWhen: DeploymentsTable["publish_when"];
  readonly setDefaults: boolean;
  /** Instead of the flow's. */
  readonly realtimeURL?: string;
  readonly note?: string;
  readonly state: DeploymentState;
  /** Empty until Apple was first asked. */
  readonly steps: readonly StepProgress[];
  readonly problems: readonly DeploymentProblem[];
  /** While it waits: the identifiers that Apple had not decided on when it was last looked. */
  readonly awaiting: readonly string[];
  /** What it was published under; absent before. */
  readonly sequence?: number;
  readonly createdBy: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Absent while it is under way. */
  readonly finishedAt?: number;
}
