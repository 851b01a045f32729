import { UsageError } from "@holdfast/appstore/errors";
import {
  createSignedDataVerifier,
  verifyAppTransaction,
  verifyNotification,
  verifyRealtimeRequest,
  verifyRenewalInfo,
  verifyTransaction,
} from "@holdfast/appstore/signed-data";
import type { SignedDataVerifier, TrustStore } from "@holdfast/appstore/signed-data";
import type { Command, Options } from "../../command.ts";
import { readCompactJws } from "../../compact-jws.ts";
import { isRefusal } from "../../errors.ts";
import { print } from "../../output.ts";
import { createStyle } from "../../style.ts";
import { readTrustedRoots, TRUSTED_ROOT_OPTION } from "../../trusted-roots.ts";

const KINDS = ["realtime", "notification", "transaction", "renewal", "app-transaction"];
const ENVIRONMENTS: Readonly<Record<string, string>> = {
  sandbox: "Sandbox",
  production: "Production",
};

/** `holdfast jws verify` */
export const verify: Command = {
  summary: "Verify it as Apple's, then show what is inside",
  description:
    "Checks the certificate chain against Apple Root CA - G3 (or the roots given), both marker extensions, validity, the signature, and the fields. " +
    "Certificates of a real-time request must be valid now, of everything else at its signedDate. Exits 1 when it does not hold.",
  arguments: [
    {
      name: "file",
      description: "a compact JWS, or Apple's JSON around it; - is stdin",
      required: true,
    },
  ],
  options: [
    { flags: "--kind <kind>", description: "what it is", choices: KINDS, default: "realtime" },
    {
      flags: "--environment <environment>",
      description: "where it must come from",
      choices: Object.keys(ENVIRONMENTS),
      default: "production",
    },
    {
      flags: "--bundle-id <id>",
      description: "the app it must be for (all kinds but realtime and renewal)",
    },
    {
      flags: "--app-apple-id <number>",
      description: "the app it must be for (realtime, notification, app-transaction)",
    },
    TRUSTED_ROOT_OPTION,
  ],
  examples: [
    {
      line: "holdfast jws verify --kind realtime --app-apple-id 6745974592 request.json",
      does: "verify a captured real-time request",
    },
    {
      line: "holdfast jws verify --kind notification --environment sandbox --bundle-id com.example.yoga --trusted-root root.pem -",
      does: "verify a notification of a local App Store",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const compact = await readCompactJws(io, input.arguments[0] ?? "-");
    const trust = await readTrustedRoots(io, options.list("trusted-root"));
    const verifier = createSignedDataVerifier({ now: io.now });
    const kind = options.required("kind");
    const { green, red } = createStyle(io);
    try {
      const payload = await verifyKind(kind, compact, { verifier, trust, options });
      print(input, io, {
        json: { verified: true, kind, payload },
        table: () => [green(`verified: ${kind}`), JSON.stringify(payload, undefined, 2)],
      });
      return 0;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { code, message } = error;
      print(input, io, {
        json: { verified: false, kind, code, message },
        table: () => [`${red(`not verified: ${code}`)}: ${message}`],
      });
      return 1;
    }
  },
};

interface Means {
  readonly verifier: SignedDataVerifier;
  readonly trust: TrustStore;
  readonly options: Options;
}

function verifyKind(kind: string, compact: string, means: Means): Promise<unknown> {
  const { verifier, trust, options } = means;
  const environment = ENVIRONMENTS[options.required("environment")] ?? "Production";
  const common = { trust, environment };
  const appAppleId = options.integer("app-apple-id", { min: 1, max: Number.MAX_SAFE_INTEGER });
  const withAppleId = appAppleId === undefined ? common : { ...common, appAppleId };
  switch (kind) {
    case "realtime":
      return verifyRealtimeRequest(verifier, compact, {
        ...common,
        appAppleId: needed(appAppleId, "app-apple-id", kind),
      });
    case "notification":
      return verifyNotification(verifier, compact, {
        ...withAppleId,
        bundleId: needed(options.text("bundle-id"), "bundle-id", kind),
      });
    case "transaction":
      return verifyTransaction(verifier, compact, {
        ...common,
        bundleId: needed(options.text("bundle-id"), "bundle-id", kind),
      });
    case "renewal":
      return verifyRenewalInfo(verifier, compact, common);
    default:
      return verifyAppTransaction(verifier, compact, {
        ...withAppleId,
        bundleId: needed(options.text("bundle-id"), "bundle-id", kind),
      });
  }
}

function needed<T>(value: T | undefined, option: string, kind: string): T {
  if (value !== undefined) return value;
  throw new UsageError("OPTION_MISSING", `--${option} is required with --kind ${kind}`);
}
