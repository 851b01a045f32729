import * as z from "zod";
import { BadDataError, PolicyError } from "@holdfast/appstore/errors";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { ProvisioningErrorCode } from "../provisioning-error.ts";

/** What the kept state is called; another shape gets another name. */
const STATE_FORMAT = "holdfast.provisioning-state/1";

const instant = z.number().int().min(0);
const identifier = z.string().min(1);

const knownDefaultSchema = z.strictObject({
  productId: z.string().min(1),
  locale: z.string().min(1),
  messageIdentifier: identifier.nullable(),
  at: instant,
  from: z.enum(["written", "read"]),
});

const useSchema = z.strictObject({
  kind: z.enum(["apply", "publication"]),
  name: z.string(),
  from: instant,
  until: instant.optional(),
  messages: z.array(identifier),
  images: z.array(identifier),
});

const nameSchema = z.strictObject({ message: z.string(), locale: z.string() });

const stateSchema = z.strictObject({
  format: z.literal(STATE_FORMAT),
  bundleId: z.string().min(1),
  environment: z.enum(["sandbox", "production"]),
  since: instant,
  defaults: z.array(knownDefaultSchema),
  defaultsReadSince: instant.optional(),
  uses: z.array(useSchema),
  names: z.record(z.string(), nameSchema),
});

/**
 * What is remembered of one app in one environment, because Apple cannot be asked for it, or only
 * for hours: default messages, and which content was in use when. Times are
 * milliseconds since 1970. Holds no secret and no text of a message.
 */
export interface ProvisioningState {
  readonly format: typeof STATE_FORMAT;
  readonly bundleId: string;
  readonly environment: FlowEnvironment;
  /** When remembering began: what was in use before is not known. */
  readonly since: number;
  /** The default messages last written or read, by product, then locale. */
  readonly defaults: readonly KnownDefault[];
  /** When the reading of default messages that is not finished yet began. */
  readonly defaultsReadSince?: number | undefined;
  /** Oldest first. */
  readonly uses: readonly ContentUse[];
  /** What flows called the messages they wanted, by identifier. */
  readonly names: Readonly<Record<string, z.output<typeof nameSchema>>>;
}

/** A default message as last written or read; a null identifier says there was none. */
export type KnownDefault = Readonly<z.output<typeof knownDefaultSchema>>;
/** What a flow or a snapshot used, from when until when; without an end it is in use now. */
export type ContentUse = Readonly<z.output<typeof useSchema>>;

/** Whose state it is. */
export interface StateOwner {
  readonly bundleId: string;
  readonly environment: FlowEnvironment;
}

/** Returns the state of an app of which nothing is known yet. */
export function emptyState({ bundleId, environment }: StateOwner, now: number): ProvisioningState {
  const nothing = { defaults: [], uses: [], names: {} };
  return { format: STATE_FORMAT, bundleId, environment, since: now, ...nothing };
}

/**
 * Returns a state out of parsed JSON.
 *
 * @throws BadDataError `STATE_MALFORMED`
 * @throws PolicyError `STATE_OF_ANOTHER_APP`
 */
export function parseProvisioningState(value: unknown, owner: StateOwner): ProvisioningState {
  const parsed = stateSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.map(String).join(".") ?? "";
    const what = `${path === "" ? "" : `${path}: `}${issue?.message ?? "malformed"}`;
    throw new BadDataError<ProvisioningErrorCode>(
      "STATE_MALFORMED",
      `the provisioning state is not ${STATE_FORMAT}: ${what}; restore it from a backup, or remove it and plan again with a refresh`,
    );
  }
  assertOwner(parsed.data, owner);
  return parsed.data;
}

/**
 * Refuses the state of another app or environment.
 *
 * @throws PolicyError `STATE_OF_ANOTHER_APP`
 */
export function assertOwner(state: StateOwner, owner: StateOwner): void {
  const { bundleId, environment } = state;
  if (bundleId === owner.bundleId && environment === owner.environment) return;
  throw new PolicyError<ProvisioningErrorCode>(
    "STATE_OF_ANOTHER_APP",
    `the provisioning state is of ${bundleId} in ${environment}, expected ${owner.bundleId} in ${owner.environment}; each has its own`,
  );
}
