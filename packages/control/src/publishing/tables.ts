import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { JsonText } from "../storage/json-text.ts";

/** How a publication came to be. */
export type PublicationKind = "publish" | "rollback" | "schedule" | "approvedTexts";

/** Compiled flows, each once. Rows are added and never changed. */
export interface SnapshotsTable {
  /** SHA-256 of `content`, in lowercase hex. */
  readonly hash: string;
  /** Canonical JSON. */
  readonly content: string;
  readonly created_at: number;
}

/**
 * What was live, and with the highest sequence of an app and environment what is. The primary key is
 * what two who publish at once collide on. Rows are added, never changed, and
 * go with their app.
 */
export interface PublicationsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly sequence: number;
  readonly version: number;
  readonly snapshot: string;
  /** The signed publication record, a compact JWS. */
  readonly record: string;
  readonly label: string;
  readonly kind: PublicationKind;
  /** 1 while the system may not publish by itself: after a rollback, until a person publishes. */
  readonly pinned: 0 | 1;
  readonly rolled_back_to: number | null;
  readonly note: string | null;
  /** Null where the system did it. */
  readonly published_by: string | null;
  readonly published_at: number;
}

/** Versions that become live later. */
export interface PublicationSchedulesTable {
  readonly id: string;
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly version: number;
  readonly publish_at: number;
  readonly state: "waiting" | "published" | "failed" | "cancelled";
  readonly problem: string | null;
  readonly note: string | null;
  readonly created_by: string;
  readonly created_at: number;
}

/** The stop list of an app and environment that is in force. */
export interface StopListsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly sequence: number;
  /** The signed stop list, a compact JWS. */
  readonly record: string;
  readonly app_paused: 0 | 1;
  readonly offers_paused: 0 | 1;
  readonly stopped_offers: JsonText<readonly string[]>;
  readonly rejected_messages: JsonText<readonly string[]>;
  readonly issued_at: number;
}
