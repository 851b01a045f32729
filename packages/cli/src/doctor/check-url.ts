import { AppleApiError } from "@holdfast/appstore/http";
import { findRealtimeUrl } from "@holdfast/appstore/retention-messaging/client";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { Io } from "../command.ts";
import { inspectTls } from "../endpoint-check/inspect-tls.ts";
import { MALFORMED, judgeRefusal } from "../endpoint-check/judge-refusal.ts";
import { NoConnection } from "../endpoint-check/connection-failure.ts";
import { createAgent, PATIENCE_MS, postOnce } from "../endpoint-check/post-once.ts";
import { MALFORMED_BODY } from "../endpoint-check/probe-refusals.ts";
import { fine, flawed, skipped } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import { describeFailure } from "./check-access.ts";

/** What a URL is checked with. */
export interface UrlMeans {
  /** What the flow wants. */
  readonly wanted: string | undefined;
  /** Trusted instead of the usual roots, PEM. */
  readonly ca: string | undefined;
  readonly io: Pick<Io, "now" | "signal">;
}

/** Looks at the URL Apple asks, whether it answers, and what it says of a performance test. */
export async function checkUrl(
  client: RetentionMessagingClient,
  { wanted, ca, io }: UrlMeans,
): Promise<readonly Finding[]> {
  try {
    const url = await findRealtimeUrl(client, { signal: io.signal });
    if (url === null) return withoutUrl(NO_URL, client);
    return [
      judgeUrl(url, wanted, client),
      await checkHealth(url, ca, io),
      judgePerformanceTest(client, true),
    ];
  } catch (error) {
    if (!(error instanceof AppleApiError) || error.code === "REQUEST_ABORTED") throw error;
    return withoutUrl(flawed("fail", "URL", describeFailure(error)), client);
  }
}

function withoutUrl(why: Finding, client: RetentionMessagingClient): readonly Finding[] {
  return [why, skipped("URL_HEALTH", "no URL is known"), judgePerformanceTest(client, false)];
}

const NO_URL = flawed("warn", "URL", {
  message: "no real-time URL is configured: Apple asks nobody",
  advice: "set it with holdfast apply, or holdfast storekit retention-messaging endpoint set",
});

function judgeUrl(
  url: string,
  wanted: string | undefined,
  { environment }: RetentionMessagingClient,
): Finding {
  if (wanted === undefined || wanted === url) return fine("URL", url);
  return flawed("warn", "URL", {
    message: `Apple asks ${url}, the flow says ${wanted}`,
    advice: `set the flow's with holdfast apply --environment ${environment}, or mend the flow`,
  });
}

/** A certificate that is trusted, and a refusal of what is no request: more only Apple can ask. */
async function checkHealth(
  text: string,
  ca: string | undefined,
  { now, signal }: UrlMeans["io"],
): Promise<Finding> {
  const url = new URL(text);
  try {
    const { isTrusted, findings } = await inspectTls(url, { ca, now: now(), signal });
    const worst =
      findings.find(({ status }) => status === "fail") ??
      findings.find(({ status }) => status === "warn");
    if (!isTrusted && worst !== undefined) return { ...worst, code: "URL_HEALTH" };
    const agent = createAgent(url, { keepAlive: false, maxSockets: 1, ca });
    const exchange = await postOnce({ url, agent, timeoutMs: PATIENCE_MS, signal }, MALFORMED_BODY);
    const answered = judgeRefusal(exchange, MALFORMED);
    return { ...(answered.status === "ok" ? (worst ?? answered) : answered), code: "URL_HEALTH" };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof NoConnection)) throw error;
    return flawed("fail", "URL_HEALTH", {
      message: `${url.host}: ${error.message}`,
      advice: "start the server, or look at its name and firewall; Apple falls back meanwhile",
    });
  }
}

/**
 * Apple's API tells of a test only by the id that starting it gave. In production a URL can be set
 * only after a test passed.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/forbiddennopassingtesterror
 */
function judgePerformanceTest({ environment }: RetentionMessagingClient, hasUrl: boolean): Finding {
  const code = "PERFORMANCE_TEST";
  if (environment === "production" && hasUrl) {
    return fine(code, "one has passed: Apple takes no URL in production without");
  }
  return skipped(
    code,
    "Apple does not tell which tests there were; holdfast storekit retention-messaging performance start starts one in the sandbox",
  );
}
