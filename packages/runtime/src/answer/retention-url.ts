const ROUTE =
  /^[^/]*\/\/[^/]*\/apple\/retention\/([A-Za-z0-9_-]{1,64})\/([a-z]{1,16})\/?(?:\?.*)?$/;

/** What the path of a real-time request names; neither need exist. */
export interface RetentionPath {
  readonly app: string;
  readonly environment: string;
}

/** Reads the URL of a real-time request; undefined for every other. */
export function parseRetentionUrl(url: string): RetentionPath | undefined {
  const [, app, environment] = ROUTE.exec(url) ?? [];
  return app === undefined || environment === undefined ? undefined : { app, environment };
}
