import { UpstreamError } from "@holdfast/appstore/errors";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import {
  createControlCall,
  dropBody,
  parseObject,
  readBounded,
  requireStatus,
} from "../../control-link/control-http.ts";
import type { ControlAccess } from "../../control-link/control-http.ts";
import type { PublishedValue } from "../publication-slot.ts";
import { isDeeperThan } from "./json-depth.ts";

/** Which value. */
export interface ValuePlace {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly what: PublishedValue;
}

/** What control has of a value. */
type FetchedValue =
  | { readonly state: "changed"; readonly text: string; readonly etag: string | undefined }
  | { readonly state: "unchanged" }
  /** Nothing was published or stopped yet. */
  | { readonly state: "absent" };

/** What a runtime asks control. Every method throws UpstreamError `CONTROL_UNREACHABLE`, `CONTROL_REFUSED`, `CONTROL_ANSWER_INVALID`. */
export interface ControlClient {
  /** Reads a value, unless it is still the one with this ETag. */
  read(place: ValuePlace, etag: string | undefined, signal: AbortSignal): Promise<FetchedValue>;
  /** Opens the stream of changes. */
  watch(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** Tells what this runtime runs. */
  report(runtime: string, report: object, signal: AbortSignal): Promise<void>;
}

/** How long an answer may take, ms. */
const TIMEOUT_MS = 30_000;

/** The largest live value: ten thousand rules are a few megabytes, and a flow is saved up to 24 MiB. */
const MAX_VALUE_BYTES = 32 * 1024 * 1024;

/** The deepest value: a flow's document is at most 64 levels deep. */
const MAX_VALUE_DEPTH = 256;

/**
 * Returns a client.
 *
 * @throws UsageError `CONTROL_URL_INVALID`
 */
export function createControlClient(access: ControlAccess): ControlClient {
  const call = createControlCall(access);
  return {
    async read({ app, environment, what }, etag, signal) {
      const path = `v1/snapshots/${app}/${environment}${what === "live" ? "" : "/stop-list"}`;
      const headers = etag === undefined ? undefined : { "If-None-Match": etag };
      const response = await call(path, {
        ...(headers && { headers }),
        signal: withTimeout(signal),
      });
      if (response.status === 304) return { state: "unchanged" };
      if (response.status === 404) {
        await dropBody(response);
        return { state: "absent" };
      }
      await requireStatus(response, 200);
      const text = await readBounded(response, MAX_VALUE_BYTES);
      refuseDeep(text);
      const newEtag = response.headers.get("etag") ?? undefined;
      return {
        state: "changed",
        text: what === "live" ? text : stopListOf(text),
        etag: newEtag,
      };
    },
    async watch(signal) {
      const headers = { Accept: "text/event-stream" };
      const response = await call("v1/snapshots", { headers, signal });
      await requireStatus(response, 200);
      if (response.body !== null) return response.body;
      throw new UpstreamError("CONTROL_ANSWER_INVALID", "expected a stream from control, got none");
    },
    async report(runtime, report, signal) {
      const response = await call(`v1/runtimes/${runtime}`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(report),
        signal: withTimeout(signal),
      });
      await requireStatus(response, 204);
    },
  };
}

function withTimeout(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
}

/** It is parsed where requests are answered. */
function refuseDeep(text: string): void {
  if (!isDeeperThan(MAX_VALUE_DEPTH, text)) return;
  throw new UpstreamError(
    "CONTROL_ANSWER_INVALID",
    `expected at most ${MAX_VALUE_DEPTH} levels in a value from control, got more`,
  );
}

function stopListOf(text: string): string {
  const value = parseObject(text);
  if (value !== undefined && "stopList" in value && typeof value.stopList === "string") {
    return value.stopList;
  }
  throw new UpstreamError("CONTROL_ANSWER_INVALID", "expected a signed stop list from control");
}
