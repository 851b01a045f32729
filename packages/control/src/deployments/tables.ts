import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { ProvisioningState } from "@holdfast/provisioning";
import type { JsonText } from "../storage/json-text.ts";
import type { DeploymentProblem, DeploymentState, StepProgress } from "./deployment-state.ts";

/** Versions on their way to being live. A row without an end is under way: one of a place at most. */
export interface DeploymentsTable {
  readonly id: string;
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly version: number;
  /** What was live as whoever asked knew it. */
  readonly expected_sequence: number;
  readonly publish_when: "everythingApproved" | "publishable";
  readonly set_defaults: 0 | 1;
  /** Instead of the flow's; null for the flow's. */
  readonly realtime_url: string | null;
  readonly note: string | null;
  readonly state: DeploymentState;
  readonly steps: JsonText<readonly StepProgress[]>;
  readonly problems: JsonText<readonly DeploymentProblem[]>;
  /** While it waits: the identifiers that Apple had not decided on when it was last looked. */
  readonly awaiting: JsonText<readonly string[]>;
  /** What it was published under; null before. */
  readonly sequence: number | null;
  readonly created_by: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly finished_at: number | null;
}

/** What provisioning remembers of an app in an environment. */
export interface ProvisioningStatesTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** 1, 2, 3 …: who writes it names the one they have read. */
  readonly revision: number;
  /** All but default messages: these are in `apple_defaults`. */
  readonly content: JsonText<Omit<ProvisioningState, "defaults">>;
}
