import { UpstreamError } from "@holdfast/appstore/errors";
import type { ExportDestination } from "./export-destination.ts";
import type { ObjectStore } from "./object-store.ts";

/**
 * How long one object may take, ms, with all that the SDK tries, before what its bytes add. The SDK itself waits
 * for ever where a store takes a request and never answers.
 */
const TIMEOUT_MS = 60_000;

/** The slowest upload that is waited for, in bytes a millisecond: 4 megabits a second. */
const SLOWEST_UPLOAD = 500;

/**
 * Returns the store a destination names. Credentials are found by the AWS SDK, in its usual order: variables,
 * files, the role of the machine or the pod.
 *
 * @param timeoutMs - how long an object may take before what its bytes add, ms; default a minute
 */
export async function openS3Store(
  { bucket, region, endpoint }: Pick<ExportDestination, "bucket" | "region" | "endpoint">,
  { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): Promise<ObjectStore> {
  // Here, for it takes its time to load, and few servers export.
  const { DeleteObjectCommand, PutObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
  const client = new S3Client({
    ...(region === undefined ? {} : { region }),
    // Stores beside Amazon's rarely have a host name for each bucket.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    // Not all of them know the newer checksums, which are sent only where they must be.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return {
    async put({ key, body, contentType }, signal) {
      const object = { Bucket: bucket, Key: key, Body: body, ContentType: contentType };
      const bounds = { timeoutMs: timeoutMs + Math.ceil(body.length / SLOWEST_UPLOAD), signal };
      await within(bounds, (abortSignal) =>
        client.send(new PutObjectCommand(object), { abortSignal }),
      );
    },
    async remove(key, signal) {
      const command = new DeleteObjectCommand({ Bucket: bucket, Key: key });
      await within({ timeoutMs, signal }, (abortSignal) => client.send(command, { abortSignal }));
    },
  };
}

interface Bounds {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function within(
  { timeoutMs, signal }: Bounds,
  send: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    await send(AbortSignal.any([signal, limit]));
  } catch (cause) {
    signal.throwIfAborted();
    if (!limit.aborted) throw describeFailure(cause);
    const message = `the object store gave no answer within ${timeoutMs} ms`;
    throw new UpstreamError("EXPORT_UNREACHABLE", message, { cause });
  }
}

/** The SDK's own messages may hold a key's id; what is told is the store's code and status. */
function describeFailure(
  cause: unknown,
): UpstreamError<"EXPORT_REFUSED"> | UpstreamError<"EXPORT_UNREACHABLE"> {
  const { status, code } = answerOf(cause);
  if (status === undefined) {
    const message = `the object store cannot be reached, or no credentials were found (${code})`;
    return new UpstreamError("EXPORT_UNREACHABLE", message, { cause });
  }
  const advice =
    status === 403 || status === 401
      ? "; its credentials must allow s3:PutObject and s3:DeleteObject"
      : "";
  const message = `the object store answered ${status} ${code}${advice}`;
  return new UpstreamError("EXPORT_REFUSED", message, { cause });
}

function answerOf(error: unknown): { readonly status?: number; readonly code: string } {
  if (!(error instanceof Error)) return { code: "unknown" };
  const code = /^[A-Za-z0-9]{1,64}$/.test(error.name) ? error.name : "Error";
  const metadata: unknown = "$metadata" in error ? error.$metadata : undefined;
  const status: unknown =
    typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata
      ? metadata.httpStatusCode
      : undefined;
  return typeof status === "number" ? { status, code } : { code };
}
