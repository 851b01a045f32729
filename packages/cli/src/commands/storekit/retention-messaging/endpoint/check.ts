import { UsageError } from "@holdfast/appstore/errors";
import type { DecodedRealtimeRequestBody } from "@holdfast/appstore/retention-messaging";
import type { Command, Io, Options } from "../../../../command.ts";
import { checkEndpoint } from "../../../../endpoint-check/check-endpoint.ts";
import type { CheckOptions } from "../../../../endpoint-check/check-options.ts";
import { CA_OPTION, readAuthorities } from "../../../../endpoint-check/read-authorities.ts";
import { junitSuiteOf, resultOfReport } from "../../../../endpoint-check/render-report.ts";
import { ANSWERS_UNSEEN } from "../../../../endpoint-check/probe-answers.ts";
import { openEmulatorSource, readCaptured } from "../../../../endpoint-check/signed-requests.ts";
import { CommandFailed } from "../../../../errors.ts";
import { readText } from "../../../../files.ts";
import { JUNIT_OPTION, openJunitFile } from "../../../../junit-file.ts";
import { print } from "../../../../output.ts";
import { STOREKIT_OUTPUT } from "../../../../storekit/storekit-options.ts";
import { createStyle } from "../../../../style.ts";

const MAX_REQUESTS = 1000;
const MAX_CONCURRENCY = 10;

/** `holdfast storekit retention-messaging endpoint check` */
export const check: Command = {
  summary: "Check a real-time endpoint as Apple sees it, and as an attacker does",
  description:
    "Looks at the certificate and TLS, that malformed and forged requests are refused (one is signed by an authority made on the spot), how fast answers come over new and kept connections against Apple's 700 ms, and their shape. " +
    "Only Apple can sign for an endpoint that trusts only Apple: there, with --fixture, an authentic request captured earlier must be refused as stale, and changed as tampered with. With --emulator an endpoint that trusts the local App Store answers for real. " +
    "Times are seen from here, not from Apple. Exits 4 when a check fails, 1 when there is no connection, or when no answer to an authentic request was seen: an endpoint that refuses everybody is no good. --refusals-only asks about the rest alone.",
  arguments: [{ name: "url", description: "the real-time URL", required: true }],
  options: [
    {
      flags: "--requests <number>",
      description: `how many over new connections, and as many over kept ones, 1 to ${MAX_REQUESTS}`,
      default: "20",
    },
    {
      flags: "--concurrency <number>",
      description: `how many at a time, 1 to ${MAX_CONCURRENCY}`,
      default: "1",
    },
    {
      flags: "--emulator <url>",
      description: "a running local App Store that signs requests, like http://127.0.0.1:8788",
    },
    { flags: "--app <id>", description: "with --emulator: its app", default: "yoga" },
    { flags: "--fixture <file>", description: 'a captured {"signedPayload": …}; - is stdin' },
    {
      flags: "--environment <environment>",
      description: "where requests say they are from",
      choices: ["sandbox", "production"],
      default: "sandbox",
    },
    {
      flags: "--app-apple-id <number>",
      description: "the app forged requests name, so that they are refused for their signature",
    },
    CA_OPTION,
    {
      flags: "--refusals-only",
      description: "without a request that is to be answered: ask about TLS, refusals and latency",
    },
    { flags: "--strict", description: "take warnings for failures" },
    JUNIT_OPTION,
  ],
  output: STOREKIT_OUTPUT,
  examples: [
    {
      line: "holdfast storekit retention-messaging endpoint check https://retention.example.com/apple/retention/yoga/sandbox --app-apple-id 6745974592 --refusals-only",
      does: "TLS, refusals and latency",
    },
    {
      line: "holdfast storekit retention-messaging endpoint check http://127.0.0.1:8787/apple/retention/yoga/sandbox --emulator http://127.0.0.1:8788 --requests 200 --concurrency 10",
      does: "with real answers, before it goes out",
    },
    {
      line: "holdfast storekit retention-messaging endpoint check https://retention.example.com/apple/retention/yoga/production --fixture request.json --refusals-only --junit endpoint.xml",
      does: "in CI, with a captured request",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const writeJunit = await openJunitFile(io, options);
    const report = await checkEndpoint(await readCheck(input.arguments[0] ?? "", options, io));
    print(input, io, resultOfReport(report, createStyle(io)));
    await writeJunit(junitSuiteOf(report));
    if (report.verdict === "PASS") return 0;
    if (report.verdict === "INCOMPLETE") throw incomplete();
    const bad = report.findings.filter(({ status }) => status === "fail");
    throw new CommandFailed(
      "ENDPOINT_CHECK_FAILED",
      `${bad.length} of ${report.findings.length} checks: ${bad.map(({ code }) => code).join(", ")}`,
    );
  },
};

function incomplete(): CommandFailed {
  return new CommandFailed(
    "ENDPOINT_CHECK_INCOMPLETE",
    "expected answers to authentic requests; none could be sent, so only refusals were seen",
    ANSWERS_UNSEEN.advice === undefined ? {} : { advice: ANSWERS_UNSEEN.advice },
  );
}

/** @throws UsageError `OPTION_INVALID`, `FILE_UNREADABLE`, BadDataError `FIXTURE_MALFORMED` */
async function readCheck(written: string, options: Options, io: Io): Promise<CheckOptions> {
  const url = parseEndpointUrl(written);
  const requests = options.integer("requests", { min: 1, max: MAX_REQUESTS }) ?? 1;
  const concurrency = options.integer("concurrency", { min: 1, max: MAX_CONCURRENCY }) ?? 1;
  const appAppleId = options.integer("app-apple-id", { min: 1, max: Number.MAX_SAFE_INTEGER });
  const environment = options.choice("environment", ["sandbox", "production"]) ?? "sandbox";
  const emulator = options.text("emulator");
  const fixture = options.text("fixture");
  if (emulator !== undefined && fixture !== undefined) {
    throw new UsageError("OPTION_INVALID", "give either --emulator or --fixture");
  }
  const refusalsOnly = options.flag("refusals-only");
  if (emulator !== undefined && refusalsOnly) {
    throw new UsageError("OPTION_INVALID", "give either --emulator or --refusals-only");
  }
  return {
    url,
    requests,
    concurrency,
    ca: await readAuthorities(options, io),
    captured: fixture === undefined ? undefined : readCaptured(await readText(io, fixture)),
    source:
      emulator === undefined
        ? undefined
        : await openEmulatorSource(
            { url: emulator, app: options.required("app"), environment },
            io.signal,
          ),
    payload: inventedPayload(appAppleId, environment, io.now()),
    refusalsOnly,
    strict: options.flag("strict"),
    now: io.now,
    signal: io.signal,
  };
}

function parseEndpointUrl(written: string): URL {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
  // What is written may hold a password, so no message repeats it.
  if (url === undefined || !isHttp || url.username !== "" || url.password !== "") {
    throw new UsageError("OPTION_INVALID", "url: expected https://… without user and password");
  }
  return url;
}

/** What a request says when no authentic one is there to copy. */
function inventedPayload(
  appAppleId: number | undefined,
  environment: "sandbox" | "production",
  now: number,
): DecodedRealtimeRequestBody {
  return {
    originalTransactionId: "1",
    appAppleId: appAppleId ?? 1,
    productId: "com.example.product",
    userLocale: "en-US",
    requestIdentifier: "00000000-0000-4000-8000-000000000000",
    environment: environment === "sandbox" ? "Sandbox" : "Production",
    signedDate: now,
  };
}
