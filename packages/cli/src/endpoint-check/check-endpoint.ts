import { UpstreamError } from "@holdfast/appstore/errors";
import { checkRealtimeUrl } from "@holdfast/appstore/retention-messaging";
import type { CheckOptions } from "./check-options.ts";
import { NoConnection } from "./connection-failure.ts";
import { fine, flawed, skipped } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import { inspectTls } from "./inspect-tls.ts";
import type { TlsInspection } from "./inspect-tls.ts";
import { ANSWERS_UNSEEN, probeAnswers } from "./probe-answers.ts";
import type { EndpointLatency } from "./probe-answers.ts";
import { probeRefusals } from "./probe-refusals.ts";

/** What was found out about an endpoint. */
export interface EndpointReport {
  readonly url: string;
  /** `INCOMPLETE`: nothing failed, but no answer to an authentic request was seen. */
  readonly verdict: "PASS" | "FAIL" | "INCOMPLETE";
  readonly tls?: Pick<TlsInspection, "protocol" | "chain" | "validTo">;
  readonly findings: readonly Finding[];
  readonly latency?: EndpointLatency;
}

/**
 * Checks an endpoint as the App Store and as an attacker would see it.
 *
 * @throws UpstreamError `ENDPOINT_UNREACHABLE` when there is no connection, `REQUEST_ABORTED`
 */
export async function checkEndpoint(options: CheckOptions): Promise<EndpointReport> {
  try {
    return await check(options);
  } catch (cause) {
    if (options.signal.aborted) {
      throw new UpstreamError("REQUEST_ABORTED", "interrupted", { cause });
    }
    if (!(cause instanceof NoConnection)) throw cause;
    const message = `${options.url.host}: ${cause.message}; is the name right, and does the server run?`;
    throw new UpstreamError("ENDPOINT_UNREACHABLE", message, { cause });
  }
}

async function check(options: CheckOptions): Promise<EndpointReport> {
  const { url, now, ca, signal } = options;
  const tls =
    url.protocol === "https:" ? await inspectTls(url, { ca, now: now(), signal }) : undefined;
  const first = [judgeUrl(url), ...(tls?.findings ?? [])];
  const about = {
    url: url.href,
    ...(tls === undefined
      ? {}
      : { tls: { protocol: tls.protocol, chain: tls.chain, validTo: tls.validTo } }),
  };
  if (tls?.isTrusted === false) {
    return { ...about, ...judge([...first, skipped("REQUESTS", "nothing was sent")], options) };
  }
  const refusals = await probeRefusals(options);
  const { findings, latency } = await probeAnswers(options);
  return { ...about, ...judge([...first, ...refusals, ...findings], options), latency };
}

function judge(
  found: readonly Finding[],
  { strict, refusalsOnly }: CheckOptions,
): Pick<EndpointReport, "verdict" | "findings"> {
  const findings = strict ? found.map(hardened) : found;
  if (findings.some(({ status }) => status === "fail")) return { verdict: "FAIL", findings };
  // An endpoint that refuses everything refuses what it must, too.
  const isIncomplete = !refusalsOnly && findings.includes(ANSWERS_UNSEEN);
  return { verdict: isIncomplete ? "INCOMPLETE" : "PASS", findings };
}

function hardened(finding: Finding): Finding {
  return finding.status === "warn" ? { ...finding, status: "fail" } : finding;
}

/** A server on this machine is checked before it is put where Apple reaches it. */
function judgeUrl(url: URL): Finding {
  const [problem] = checkRealtimeUrl(url.href);
  if (problem === undefined) return fine("URL", "https, and of a length Apple takes");
  const isHere = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  const advice = "Apple needs https at a public host";
  return flawed(isHere ? "warn" : "fail", "URL", { message: problem.message, advice });
}
