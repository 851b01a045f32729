import { UsageError } from "@holdfast/appstore/errors";

/** How decisions are written. */
export const EXPORT_FORMATS = ["parquet", "ndjson"] as const;

/** Apache Parquet with Snappy, or JSON lines with gzip. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Where decisions are exported to, in which form. Holds no secret. */
export interface ExportDestination {
  readonly bucket: string;
  /** What keys begin with: empty, or with a slash at its end. */
  readonly prefix: string;
  readonly format: ExportFormat;
  /** Default: what the AWS SDK finds, like `AWS_REGION`. */
  readonly region?: string;
  /** Another object store than Amazon's; default: what the AWS SDK finds, like `AWS_ENDPOINT_URL_S3`. */
  readonly endpoint?: string;
}

/** Names of buckets, as Amazon and those who speak its protocol allow them. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const PARAMETERS: ReadonlySet<string> = new Set(["region", "endpoint"]);

/**
 * Reads `s3://bucket/prefix?region=…&endpoint=…`.
 *
 * @throws UsageError `EXPORT_URL_INVALID`; its message never holds the text
 */
export function parseExportDestination(
  text: string,
  format: ExportFormat = "parquet",
): ExportDestination {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "s3:" || !BUCKET.test(url.hostname)) throw invalid("");
  if (url.username !== "" || url.password !== "" || url.port !== "") {
    throw invalid(", without keys in it: they come from AWS_ACCESS_KEY_ID and the like");
  }
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.has(name));
  if (unknown !== undefined) throw invalid(", with region and endpoint as its only parameters");
  const path = decodeURIComponent(url.pathname).replaceAll(/^\/+|\/+$/g, "");
  const region = url.searchParams.get("region");
  const endpoint = url.searchParams.get("endpoint");
  return {
    bucket: url.hostname,
    prefix: path === "" ? "" : `${path}/`,
    format,
    ...(region === null ? {} : { region }),
    ...(endpoint === null ? {} : { endpoint: checkEndpoint(endpoint) }),
  };
}

function checkEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
  if (url !== undefined && isHttp && url.username === "" && url.password === "") return text;
  throw invalid(", with an endpoint like https://objects.example.com");
}

function invalid(advice: string): UsageError<"EXPORT_URL_INVALID"> {
  return new UsageError(
    "EXPORT_URL_INVALID",
    `expected where decisions are exported to as s3://bucket/prefix?region=eu-central-1${advice}`,
  );
}
