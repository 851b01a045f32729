/** Secrets at rest, all of them: what is sealed under the master key is here and nowhere else. */
export interface SecretsTable {
  /** Empty for what belongs to no app. */
  readonly app: string;
  readonly environment: "sandbox" | "production" | "both";
  readonly purpose: string;
  readonly key_id: string;
  /** The id of the master key it is sealed under. */
  readonly master_key: string;
  readonly sealed: string;
}
