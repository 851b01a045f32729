/** How a deployment stands; the last three are ends. */
export type DeploymentState =
  | "uploading"
  | "waitingForReview"
  | "settingDefaults"
  | "publishing"
  | "live"
  | "failed"
  | "cancelled";

/** How far a step is. */
export interface StepProgress {
  readonly step: "upload" | "review" | "defaults" | "publish" | "realtimeUrl";
  readonly done: number;
  readonly total: number;
}

/** One thing that went wrong, or was left. */
export interface DeploymentProblem {
  /** Stable. */
  readonly code: string;
  /** For people; in Apple's words where they are Apple's. */
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
  /** Apple's number. */
  readonly errorCode?: number;
  /** What it is about, like `message stay en-US`. */
  readonly subject?: string;
}
