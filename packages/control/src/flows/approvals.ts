import { ApiRefusal } from "@holdfast/api/server";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Selectable } from "kysely";
import type { Change } from "../http/implementation.ts";
import type { Queries } from "../storage/index.ts";
import type { Author } from "./flow-means.ts";
import type { FlowApprovalsTable } from "./tables.ts";
import { readVersion } from "./versions.ts";
import type { VersionPlace } from "./versions.ts";

/** What a person decided about publishing a version in an environment. */
export interface Approval extends VersionPlace {
  readonly id: string;
  readonly environment: FlowEnvironment;
  readonly verdict: "approve" | "reject";
  readonly note?: string;
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What is decided, by whom and when. */
export interface NewApproval extends VersionPlace {
  readonly id: string;
  readonly environment: FlowEnvironment;
  readonly verdict: Approval["verdict"];
  readonly note?: string | undefined;
  readonly author: Author;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Keeps what a person decided. One's last word counts.
 *
 * @throws ApiRefusal `CONFLICT` for whoever saved the version, with their own token too; `FORBIDDEN` for
 *   a token, which is not another person; `NOT_FOUND`
 */
export async function insertApproval(change: Change, approval: NewApproval): Promise<Approval> {
  const { id, app, version, environment, verdict, note, author, now } = approval;
  const saved = await readVersion(change.queries, { app, version });
  if (author.kind !== "person") {
    throw new ApiRefusal("FORBIDDEN", "only a person can approve, and a token is none");
  }
  if (saved.author === author.person) {
    throw new ApiRefusal("CONFLICT", `version ${version} is your own; another person approves it`);
  }
  const row = {
    id,
    app,
    version,
    environment,
    verdict,
    note: note ?? null,
    decided_by: author.person,
    decided_at: now,
  };
  await change.queries.insertInto("flow_approvals").values(row).execute();
  const what = verdict === "approve" ? "approved" : "rejected";
  await change.audit({
    target: String(version),
    environment,
    summary: `${what} version ${version} for ${environment}`,
  });
  return approvalOf(row);
}

/** Returns what people decided about a version, the newest first. */
export async function listApprovals(
  queries: Queries,
  { app, version }: VersionPlace,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly Approval[]> {
  let query = queries
    .selectFrom("flow_approvals")
    .selectAll()
    .where("app", "=", app)
    .where("version", "=", version);
  if (after !== undefined) query = query.where("id", "<", after);
  const rows = await query.orderBy("id", "desc").limit(limit).execute();
  return rows.map(approvalOf);
}

/** Which version is to be published where, and what that asks for. */
export interface ApprovalQuestion extends VersionPlace {
  readonly environment: FlowEnvironment;
  readonly required: number;
}

/**
 * Checks that enough people have approved a version. A person who rejects it keeps it from being
 * published until they say otherwise.
 *
 * @throws ApiRefusal `APPROVAL_REQUIRED`
 */
export async function requireApprovals(
  queries: Queries,
  { app, version, environment, required }: ApprovalQuestion,
): Promise<void> {
  if (required === 0) return;
  const rows = await queries
    .selectFrom("flow_approvals")
    .select(["decided_by", "verdict"])
    .where("app", "=", app)
    .where("version", "=", version)
    .where("environment", "=", environment)
    .orderBy("id")
    .execute();
  const lastWords = new Map(rows.map(({ decided_by, verdict }) => [decided_by, verdict]));
  const approvals = [...lastWords.values()].filter((verdict) => verdict === "approve").length;
  const rejections = lastWords.size - approvals;
  if (rejections === 0 && approvals >= required) return;
  throw new ApiRefusal(
    "APPROVAL_REQUIRED",
    rejections > 0
      ? `version ${version} was rejected for ${environment} by ${rejections === 1 ? "a person" : `${rejections} people`}`
      : `version ${version} needs ${required} approvals for ${environment} and has ${approvals}`,
  );
}

function approvalOf(row: Selectable<FlowApprovalsTable>): Approval {
  return {
    id: row.id,
    app: row.app,
    version: row.version,
    environment: row.environment,
    verdict: row.verdict,
    ...(row.note === null ? {} : { note: row.note }),
    by: row.decided_by,
    at: row.decided_at,
  };
}
