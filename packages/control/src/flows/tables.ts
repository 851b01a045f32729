import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { JsonText } from "../storage/json-text.ts";
import type { FlowContent } from "./flow-content.ts";

/** Flows that are being written. */
export interface FlowDraftsTable {
  readonly id: string;
  readonly app: string;
  readonly name: string;
  /** The version it began from; null where it began from nothing. */
  readonly based_on: number | null;
  readonly content: JsonText<FlowContent>;
  /** 1, 2, 3 …: what its ETag is made from. */
  readonly revision: number;
  readonly created_by: string;
  readonly created_at: number;
  readonly updated_by: string;
  readonly updated_at: number;
}

/** Flows as they were saved. Rows are added, never changed, and go with their app. */
export interface FlowVersionsTable {
  readonly app: string;
  /** 1, 2, 3 … within the app. */
  readonly version: number;
  readonly content: JsonText<FlowContent>;
  /** SHA-256 of the content, so that the same one is not saved twice in a row. */
  readonly content_hash: string;
  readonly note: string | null;
  /** The person or the token. */
  readonly created_by: string;
  /** The person, whose token it may have been: they do not approve it. */
  readonly author: string;
  readonly created_at: number;
}

/** Image files that drafts and versions name by their hash. */
export interface FlowImagesTable {
  readonly app: string;
  /** SHA-256 of the bytes, in lowercase hex. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
  readonly created_at: number;
}

/** What people decided about versions; their last word counts. */
export interface FlowApprovalsTable {
  readonly id: string;
  readonly app: string;
  readonly version: number;
  readonly environment: FlowEnvironment;
  readonly verdict: "approve" | "reject";
  readonly note: string | null;
  readonly decided_by: string;
  readonly decided_at: number;
}
