import type { RouteBody, RouteInput, routes } from "@holdfast/api";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { JsonText } from "../storage/json-text.ts";

/** What is expected of a fixture's answer, as the API takes it. */
export type FixtureExpectation = NonNullable<
  RouteInput<typeof routes.addFixture>["body"]["expectation"]
>;

/** What became of the fixtures of an environment, as the API shows it. */
export type FixtureReport = RouteBody<typeof routes.readFixtureCheck>;

/** Captured requests. At most some hundreds of an environment. */
export interface FixturesTable {
  readonly id: string;
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** One of a name in an environment. */
  readonly name: string;
  /** Of the subscription that asked, so that its erasure finds it. */
  readonly pseudonym: string;
  /** The request and what is known of its subscriber, sealed under the app's key. */
  readonly sealed: string;
  /** SHA-256 of what is sealed, and of what is expected: the same one is not added twice. */
  readonly content_hash: string;
  readonly product_id: string;
  readonly user_locale: string;
  readonly requested_at: number;
  readonly has_subscriber: 0 | 1;
  readonly expectation: JsonText<FixtureExpectation> | null;
  readonly created_by: string;
  readonly created_at: number;
}

/** The last check of each environment's fixtures. */
export interface FixtureChecksTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly checked_at: number;
  /** The sequence that was live; 0 where nothing was. */
  readonly sequence: number;
  readonly failed: number;
  readonly report: JsonText<FixtureReport>;
}
