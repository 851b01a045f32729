import type { ImageSize } from "@holdfast/appstore/retention-messaging";
import type { KnownReviewState } from "@holdfast/flow/catalog";
import type { FlowPath } from "@holdfast/flow/document";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { TextName } from "../desired/content.ts";

/** What a plan's JSON is called; another shape gets another name. */
export const PLAN_FORMAT = "holdfast.plan/1";

/**
 * Whether something can be done now.
 *
 * - `ready`: yes, or once what comes before it in the plan is done
 * - `waits`: Apple has to approve the message or its images first
 * - `blocked`: a problem of the plan keeps it from being done at all
 */
export type Readiness = "ready" | "waits" | "blocked";

/** An image the flow needs. */
export interface ImageItem {
  readonly kind: "image";
  readonly action: "create" | "keep";
  readonly identifier: string;
  readonly size: ImageSize;
  /** As the flow writes it; absent for an image uploaded elsewhere. */
  readonly file?: string;
  /** As Apple has it; `unknown` while it is not there. */
  readonly state: KnownReviewState;
  readonly readiness: Readiness;
}

/** A message the flow needs: one text. */
export interface MessageItem {
  readonly kind: "message";
  readonly action: "create" | "keep";
  readonly identifier: string;
  readonly names: readonly TextName[];
  readonly images: readonly string[];
  /** As Apple has it; `unknown` while it is not there. */
  readonly state: KnownReviewState;
  readonly readiness: Readiness;
}

/** A default message the flow wants. */
export interface DefaultItem {
  readonly kind: "default";
  /**
   * `create` where there is none, `change` where there is another, `set` where it is not known
   * which there is, `keep` where it is the same.
   */
  readonly action: "create" | "change" | "set" | "keep";
  readonly productId: string;
  readonly locale: string;
  /** The message's name in the flow. */
  readonly message: string;
  readonly messageIdentifier: string;
  /** What was there when last written or read: an identifier, null for none; absent when not known. */
  readonly before?: string | null;
  readonly readiness: Readiness;
}

/** The URL Apple asks. */
export interface RealtimeUrlItem {
  readonly kind: "realtimeUrl";
  readonly action: "create" | "change" | "keep";
  readonly url: string;
  /** What is there; null for none. */
  readonly before: string | null;
  readonly readiness: Readiness;
}

/** One thing the flow wants, and what has to be done for it. */
export type PlanItem = ImageItem | MessageItem | DefaultItem | RealtimeUrlItem;

/** Why something nobody wants stays. */
export interface Protection {
  /**
   * - `in use`: what is applied or published now uses it
   * - `rollback window`: what was in use a short while ago used it
   * - `default message`: it is a default message somewhere
   * - `unknown past`: nothing is known from before remembering began, and that is not long ago
   */
  readonly reason: "in use" | "rollback window" | "default message" | "unknown past";
  /** When it ends, in milliseconds since 1970, as far as that is known now. */
  readonly until?: number;
  /** What uses it: a flow, a snapshot, a product and locale. */
  readonly by?: string;
}

/** A message or image that Apple has and the flow does not want. */
export interface ContentOrphan {
  readonly kind: "message" | "image";
  readonly identifier: string;
  readonly state: KnownReviewState;
  /** What a flow called it, when that is known. */
  readonly name?: TextName;
  /** Absent when it may be deleted. */
  readonly protection?: Protection;
}

/** A default message that is known to be there and that the flow does not want. */
export interface DefaultOrphan {
  readonly kind: "default";
  readonly productId: string;
  readonly locale: string;
  readonly messageIdentifier: string;
}

/** What is at Apple and not wanted. Nothing of it is touched unless pruning is asked for. */
export type Orphan = ContentOrphan | DefaultOrphan;

/**
 * What stands in the way.
 *
 * - `MESSAGE_REJECTED`, `IMAGE_REJECTED`: Apple's review said no, and content cannot be changed
 * - `ADOPTED_MESSAGE_MISSING`, `ADOPTED_IMAGE_MISSING`: the flow names an identifier Apple does not have
 * - `TOO_MANY_MESSAGES`, `TOO_MANY_IMAGES`: Apple would not take that many
 */
type PlanProblemCode =
  | "MESSAGE_REJECTED"
  | "IMAGE_REJECTED"
  | "ADOPTED_MESSAGE_MISSING"
  | "ADOPTED_IMAGE_MISSING"
  | "TOO_MANY_MESSAGES"
  | "TOO_MANY_IMAGES";

/** One thing that stands in the way, and what would help. */
export interface PlanProblem {
  readonly code: PlanProblemCode;
  readonly message: string;
  /** Where in the flow; absent when it is about all of it. */
  readonly path?: FlowPath;
  readonly identifier?: string;
}

/** How much of what. */
export interface PlanSummary {
  /** Uploads, and defaults and a URL where there is none or it is not known which. */
  readonly create: number;
  readonly change: number;
  readonly keep: number;
  /** How many of `create` and `change` wait for Apple's approval. */
  readonly waiting: number;
  /** How many of `create` and `change` a problem keeps from being done. */
  readonly blocked: number;
  readonly orphans: number;
  /** How many of the orphans stay even when pruned. */
  readonly protected: number;
  readonly problems: number;
}

/** What there is to do so that Apple has what a flow wants, in the order of doing it. */
export interface Plan {
  readonly format: typeof PLAN_FORMAT;
  readonly bundleId: string;
  readonly environment: FlowEnvironment;
  /** Images, messages, default messages, the URL; each in the order of the flow. */
  readonly items: readonly PlanItem[];
  readonly orphans: readonly Orphan[];
  readonly problems: readonly PlanProblem[];
  readonly summary: PlanSummary;
}

/** Tells whether something has to be done for an item. */
export function isChange({ action }: PlanItem): boolean {
  return action !== "keep";
}

/** Tells whether a plan has anything to do; orphans and problems alone do not count. */
export function hasChanges({ items }: Plan): boolean {
  return items.some(isChange);
}
