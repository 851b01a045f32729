/** For which app, and when App Store Connect was read. */
export interface CatalogWrite {
  readonly app: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}
