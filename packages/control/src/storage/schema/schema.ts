import type {
  ApiTokensTable,
  IdentitiesTable,
  InvitationsTable,
  LoginThrottleTable,
  PeopleTable,
  ProviderLoginsTable,
  SessionsTable,
  SetupCodesTable,
} from "../../access/tables.ts";
import type { AppClearancesTable, AppEnvironmentsTable, AppsTable } from "../../apps/tables.ts";
import type {
  AppleContentTable,
  AppleDefaultsTable,
  CatalogGroupsTable,
  CatalogOffersTable,
  CatalogProblemsTable,
  CatalogProductsTable,
  CatalogRetentionTable,
  CatalogsTable,
  CatalogSyncsTable,
  CatalogSyncStepsTable,
  ReviewPollsTable,
  UploadedContentTable,
} from "../../catalog/tables.ts";
import type {
  AttributeCountsTable,
  DecisionCountsTable,
  DecisionLookupsTable,
  DecisionsTable,
} from "../../decisions/tables.ts";
import type {
  DecisionLossesTable,
  DecisionSendersTable,
  LookupDaysTable,
  SenderRepeatsTable,
} from "../../decisions/senders/tables.ts";
import type { DecisionExportsTable } from "../../exports/tables.ts";
import type { DeploymentsTable, ProvisioningStatesTable } from "../../deployments/tables.ts";
import type { AnswerHoursTable, RuntimesTable } from "../../distribution/tables.ts";
import type {
  FlowApprovalsTable,
  FlowDraftsTable,
  FlowImagesTable,
  FlowVersionsTable,
} from "../../flows/tables.ts";
import type { ConditionsTable } from "../../health/tables.ts";
import type { ConnectKeysTable, InAppPurchaseKeysTable } from "../../keys/tables.ts";
import type {
  NotificationBodiesTable,
  NotificationDaysTable,
  NotificationForwardingsTable,
  NotificationForwardsTable,
  NotificationReadsTable,
  NotificationSettingsTable,
  NotificationsTable,
} from "../../notifications/tables.ts";
import type {
  OutcomeCountsTable,
  OutcomeHeardTable,
  OutcomeRevenueTable,
  OutcomeSettingsTable,
  OutcomeSignalsTable,
  OutcomeSubjectsTable,
  OutcomeUnitsTable,
} from "../../outcomes/tables.ts";
import type { PerformanceTestsTable } from "../../performance-tests/tables.ts";
import type {
  PublicationSchedulesTable,
  PublicationsTable,
  SnapshotsTable,
  StopListsTable,
} from "../../publishing/tables.ts";
import type { RealtimeUrlChangesTable, RealtimeUrlsTable } from "../../realtime-url/tables.ts";
import type { RevocationChainsTable } from "../../revocations/tables.ts";
import type { SecretsTable } from "../../secrets/tables.ts";
import type { FixtureChecksTable, FixturesTable } from "../../simulator/tables.ts";
import type {
  SubscriberAttributesTable,
  SubscriberErasuresTable,
  SubscriberHistoriesTable,
  SubscribersTable,
  TransactionOwnersTable,
} from "../../subscribers/tables.ts";
import type {
  StatusQueuesTable,
  SubscriberImportsTable,
  WantedStatusesTable,
} from "../../statuses/tables.ts";
import type {
  WebhookDeliveriesTable,
  WebhookFeedTable,
  WebhooksTable,
} from "../../webhooks/tables.ts";
import type {
  WorkerStateMarksTable,
  WorkerStatePlacesTable,
  WorkerStateTimesTable,
} from "../../workers/states/tables.ts";
import type { WorkersTargetsTable, WorkersValuesTable } from "../../workers/tables.ts";
import type { AuditLogTable } from "./audit-log-table.ts";
import type { ChangeFeedTable, ChangesTable } from "./changes-tables.ts";
import type { IdempotencyKeysTable } from "./idempotency-keys-table.ts";
import type { JobsTable } from "./jobs-table.ts";
import type { SequenceFloorTable } from "./sequence-floor-table.ts";

/**
 * Every table of the control plane. Columns are text, 64-bit integers (times in ms since 1970, flags
 * as 0 and 1), doubles, bytes, and JSON as text. A feature describes its tables in its `tables.ts`,
 * which imports from here no more than `json-text.ts`: everything else knows the schema already.
 */
export interface Schema {
  readonly jobs: JobsTable;
  readonly changes: ChangesTable;
  readonly change_feed: ChangeFeedTable;
  readonly sequence_floor: SequenceFloorTable;
  readonly idempotency_keys: IdempotencyKeysTable;
  readonly audit_log: AuditLogTable;
  readonly people: PeopleTable;
  readonly setup_codes: SetupCodesTable;
  readonly invitations: InvitationsTable;
  readonly sessions: SessionsTable;
  readonly api_tokens: ApiTokensTable;
  readonly login_throttle: LoginThrottleTable;
  readonly identities: IdentitiesTable;
  readonly provider_logins: ProviderLoginsTable;
  readonly apps: AppsTable;
  readonly app_environments: AppEnvironmentsTable;
  readonly app_clearances: AppClearancesTable;
  readonly secrets: SecretsTable;
  readonly in_app_purchase_keys: InAppPurchaseKeysTable;
  readonly connect_keys: ConnectKeysTable;
  readonly catalogs: CatalogsTable;
  readonly catalog_groups: CatalogGroupsTable;
  readonly catalog_products: CatalogProductsTable;
  readonly catalog_offers: CatalogOffersTable;
  readonly catalog_retention: CatalogRetentionTable;
  readonly catalog_problems: CatalogProblemsTable;
  readonly catalog_syncs: CatalogSyncsTable;
  readonly catalog_sync_steps: CatalogSyncStepsTable;
  readonly apple_content: AppleContentTable;
  readonly uploaded_content: UploadedContentTable;
  readonly apple_defaults: AppleDefaultsTable;
  readonly review_polls: ReviewPollsTable;
  readonly flow_drafts: FlowDraftsTable;
  readonly flow_images: FlowImagesTable;
  readonly flow_versions: FlowVersionsTable;
  readonly flow_approvals: FlowApprovalsTable;
  readonly snapshots: SnapshotsTable;
  readonly publications: PublicationsTable;
  readonly publication_schedules: PublicationSchedulesTable;
  readonly stop_lists: StopListsTable;
  readonly deployments: DeploymentsTable;
  readonly provisioning_states: ProvisioningStatesTable;
  readonly runtimes: RuntimesTable;
  readonly answer_hours: AnswerHoursTable;
  readonly conditions: ConditionsTable;
  readonly webhooks: WebhooksTable;
  readonly webhook_deliveries: WebhookDeliveriesTable;
  readonly webhook_feed: WebhookFeedTable;
  readonly realtime_urls: RealtimeUrlsTable;
  readonly realtime_url_changes: RealtimeUrlChangesTable;
  readonly performance_tests: PerformanceTestsTable;
  readonly outcome_subjects: OutcomeSubjectsTable;
  readonly outcome_signals: OutcomeSignalsTable;
  readonly outcome_units: OutcomeUnitsTable;
  readonly outcome_counts: OutcomeCountsTable;
  readonly outcome_revenue: OutcomeRevenueTable;
  readonly outcome_heard: OutcomeHeardTable;
  readonly outcome_settings: OutcomeSettingsTable;
  readonly fixtures: FixturesTable;
  readonly fixture_checks: FixtureChecksTable;
  readonly decisions: DecisionsTable;
  readonly decision_counts: DecisionCountsTable;
  readonly decision_lookups: DecisionLookupsTable;
  readonly lookup_days: LookupDaysTable;
  readonly decision_senders: DecisionSendersTable;
  readonly sender_repeats: SenderRepeatsTable;
  readonly decision_losses: DecisionLossesTable;
  readonly decision_exports: DecisionExportsTable;
  readonly attribute_counts: AttributeCountsTable;
  readonly subscriber_imports: SubscriberImportsTable;
  readonly wanted_statuses: WantedStatusesTable;
  readonly status_queues: StatusQueuesTable;
  readonly subscribers: SubscribersTable;
  readonly subscriber_histories: SubscriberHistoriesTable;
  readonly subscriber_attributes: SubscriberAttributesTable;
  readonly transaction_owners: TransactionOwnersTable;
  readonly subscriber_erasures: SubscriberErasuresTable;
  readonly notifications: NotificationsTable;
  readonly notification_days: NotificationDaysTable;
  readonly notification_forwards: NotificationForwardsTable;
  readonly notification_bodies: NotificationBodiesTable;
  readonly notification_forwardings: NotificationForwardingsTable;
  readonly notification_settings: NotificationSettingsTable;
  readonly notification_reads: NotificationReadsTable;
  readonly workers_targets: WorkersTargetsTable;
  readonly workers_values: WorkersValuesTable;
  readonly worker_state_marks: WorkerStateMarksTable;
  readonly worker_state_times: WorkerStateTimesTable;
  readonly worker_state_places: WorkerStatePlacesTable;
  readonly revocation_chains: RevocationChainsTable;
}

/** The name of a table. */
export type TableName = keyof Schema;

/**
 * The primary key of every table, which is how a copy of the whole database goes through it. A table
 * stands after those it refers to.
 */
export const PRIMARY_KEYS: { readonly [T in TableName]: readonly (keyof Schema[T] & string)[] } = {
  jobs: ["id"],
  changes: ["seq"],
  change_feed: ["id"],
  sequence_floor: ["id"],
  idempotency_keys: ["scope", "key"],
  audit_log: ["id"],
  people: ["id"],
  setup_codes: ["code_hash"],
  invitations: ["id"],
  sessions: ["id"],
  api_tokens: ["id"],
  login_throttle: ["key"],
  identities: ["issuer", "subject"],
  provider_logins: ["secret_hash"],
  apps: ["id"],
  app_environments: ["app", "environment"],
  app_clearances: ["app"],
  secrets: ["app", "environment", "purpose", "key_id"],
  in_app_purchase_keys: ["app", "key_id"],
  connect_keys: ["app", "key_id"],
  catalogs: ["app"],
  catalog_groups: ["app", "group_id"],
  catalog_products: ["app", "product_id"],
  catalog_offers: ["app", "product_id", "offer_identifier"],
  catalog_retention: ["app"],
  catalog_problems: ["app", "id"],
  catalog_syncs: ["app"],
  catalog_sync_steps: ["app", "step"],
  apple_content: ["app", "environment", "kind", "identifier"],
  uploaded_content: ["app", "environment", "kind", "identifier"],
  apple_defaults: ["app", "environment", "product_id", "locale"],
  review_polls: ["app", "environment"],
  flow_drafts: ["id"],
  flow_images: ["app", "sha256"],
  flow_versions: ["app", "version"],
  flow_approvals: ["id"],
  snapshots: ["hash"],
  publications: ["app", "environment", "sequence"],
  publication_schedules: ["id"],
  stop_lists: ["app", "environment"],
  deployments: ["id"],
  provisioning_states: ["app", "environment"],
  runtimes: ["id"],
  answer_hours: ["app", "environment", "hour"],
  conditions: ["id"],
  webhooks: ["id"],
  webhook_deliveries: ["id"],
  webhook_feed: ["id"],
  realtime_urls: ["app", "environment"],
  realtime_url_changes: ["id"],
  performance_tests: ["app", "request_id"],
  outcome_subjects: ["app", "environment", "pseudonym"],
  outcome_signals: ["app", "environment", "pseudonym", "at", "kind", "details"],
  outcome_units: ["app", "environment", "pseudonym", "unit"],
  outcome_counts: [
    "app",
    "environment",
    "unit",
    "day",
    "rule",
    "arm",
    "message",
    "delivered",
    "outcome",
    "renewal",
  ],
  outcome_revenue: [
    "app",
    "environment",
    "unit",
    "day",
    "rule",
    "arm",
    "message",
    "delivered",
    "currency",
  ],
  outcome_heard: ["app", "environment", "slot"],
  outcome_settings: ["app", "environment"],
  fixtures: ["id"],
  fixture_checks: ["app", "environment"],
  decisions: ["app", "environment", "day", "request_identifier"],
  decision_counts: ["app", "environment", "day", "key"],
  decision_lookups: ["app", "environment", "day", "ending"],
  lookup_days: ["app", "environment", "day", "host", "ending"],
  decision_senders: ["app", "environment", "isolate"],
  sender_repeats: ["app", "environment", "isolate", "request_identifier"],
  decision_losses: ["app", "environment", "day", "host"],
  decision_exports: ["app", "environment", "day"],
  attribute_counts: ["app", "environment", "day", "attribute"],
  subscriber_imports: ["id"],
  wanted_statuses: ["app", "environment", "subject"],
  status_queues: ["app", "environment"],
  subscribers: ["app", "environment", "pseudonym"],
  subscriber_histories: ["app", "environment", "pseudonym"],
  subscriber_attributes: ["app", "environment", "owner", "name"],
  transaction_owners: ["app", "environment", "transaction_hash"],
  subscriber_erasures: ["app", "environment", "pseudonym"],
  notifications: ["app", "environment", "notification_uuid"],
  notification_days: ["app", "environment", "day", "source"],
  notification_forwards: ["id"],
  notification_bodies: ["app", "environment", "notification_uuid"],
  notification_forwardings: ["id"],
  notification_settings: ["app", "environment"],
  notification_reads: ["app", "environment"],
  workers_targets: ["app"],
  workers_values: ["app", "kind", "environment"],
  worker_state_marks: ["app", "environment", "id"],
  worker_state_times: ["app", "environment", "pseudonym"],
  worker_state_places: ["app", "environment"],
  revocation_chains: ["leaf", "intermediate"],
};
