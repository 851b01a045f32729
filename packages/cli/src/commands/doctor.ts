import type { ApiEnvironment } from "@holdfast/appstore/retention-messaging/client";
import type { Command, Io, Options } from "../command.ts";
import { checkAccess } from "../doctor/check-access.ts";
import { checkClock } from "../doctor/check-clock.ts";
import { checkCredentials } from "../doctor/check-credentials.ts";
import type { CheckedCredentials } from "../doctor/check-credentials.ts";
import { checkDefaults } from "../doctor/check-defaults.ts";
import { checkFlow } from "../doctor/check-flow.ts";
import { checkSubscribers } from "../doctor/check-subscribers.ts";
import { checkUrl } from "../doctor/check-url.ts";
import { checkWorkers } from "../doctor/check-workers.ts";
import { readDesired, readState } from "../doctor/read-wanted.ts";
import { CA_OPTION, readAuthorities } from "../endpoint-check/read-authorities.ts";
import { CONTROL_OPTIONS } from "../control-plane/open-control.ts";
import { skipped } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import { renderFindings } from "../findings/render-findings.ts";
import { CATALOG_OPTION } from "../flow-options.ts";
import type { UsableFlow } from "../load-flow.ts";
import { print } from "../output.ts";
import { STATE_OPTION } from "../provisioning/provisioning-options.ts";
import { createClient } from "../storekit/open-retention-messaging.ts";
import {
  API_ENVIRONMENT_OPTION,
  CREDENTIAL_OPTIONS,
  findEnvironment,
} from "../storekit/storekit-options.ts";
import { createStyle } from "../style.ts";

const MAX_SAMPLE = 100;

/** `holdfast doctor` */
export const doctor: Command = {
  summary: "Check keys, clock, access, URL and default messages",
  description:
    "Looks at everything between this machine and Apple and says what to do about what is wrong: the flow, the credentials, the clock against Apple's, access to the API, the messages and the URL there, and default messages by the state file or a sample. Changes nothing, shows no secret. Exits 1 when something failed.",
  options: [
    { flags: "--flow <file>", description: "the flow (default: flow.yaml, when it is there)" },
    { ...API_ENVIRONMENT_OPTION, description: "production or sandbox (default: sandbox)" },
    ...CREDENTIAL_OPTIONS,
    CATALOG_OPTION,
    STATE_OPTION,
    {
      flags: "--sample <number>",
      description: `how many default messages to ask Apple for when the state file does not know them, 0 to ${MAX_SAMPLE}`,
      default: "10",
    },
    CA_OPTION,
    {
      flags: "--app <id>",
      description:
        "the app's id at the control plane, to say how often its subscribers were known and whether its Workers have what is live",
    },
    ...CONTROL_OPTIONS,
    { flags: "--offline", description: "only what needs no network" },
  ],
  examples: [
    { line: "holdfast doctor --environment sandbox", does: "everything, for the sandbox" },
    {
      line: "holdfast doctor --flow app/flow.yaml --environment production --output json",
      does: "in CI: one JSON document, exit code 1 when something failed",
    },
    { line: "holdfast doctor --offline", does: "the flow and the key, without a network" },
  ],
  async run(input, io) {
    const { options } = input;
    const environment = findEnvironment(options, io) ?? "sandbox";
    const sample = options.integer("sample", { min: 0, max: MAX_SAMPLE }) ?? 0;
    const ca = await readAuthorities(options, io);
    const { finding, flow } = await checkFlow(io, options.text("flow"), {
      environment,
      catalogFile: options.text("catalog"),
    });
    const credentials = await checkCredentials(options, io, flow?.document.app);
    const remote = options.flag("offline")
      ? [skipped("NETWORK", "Apple was not asked: --offline")]
      : await checkRemote(credentials, {
          flow,
          environment,
          sample,
          ca,
          options,
          io,
        });
    const app = options.text("app");
    const atControl =
      app === undefined || options.flag("offline")
        ? []
        : [
            await checkSubscribers({ app, environment }, options, io),
            ...(await checkWorkers(app, options, io)),
          ];
    const findings = [finding, ...credentials.findings, ...remote, ...atControl];
    const ok = !findings.some(({ status }) => status === "fail");
    print(input, io, {
      json: { ok, environment, findings },
      table: () => renderFindings(findings, createStyle(io)),
    });
    return ok ? 0 : 1;
  },
};

interface RemoteMeans {
  readonly flow: UsableFlow | undefined;
  readonly environment: ApiEnvironment;
  readonly sample: number;
  readonly ca: string | undefined;
  readonly options: Options;
  readonly io: Io;
}

async function checkRemote(
  { identity }: CheckedCredentials,
  { flow, environment, sample, ca, options, io }: RemoteMeans,
): Promise<readonly Finding[]> {
  if (identity === undefined) return [skipped("ACCESS", "without a key nothing can be asked")];
  const client = createClient({ ...identity, environment }, { io, readOnly: true });
  const clock = await checkClock({ baseUrl: client.baseUrl, fetch: io.fetch, io });
  const { desired, problem } = readDesired(flow, environment);
  const access = await checkAccess(client, desired, io);
  const begun = [clock, ...problem, ...access.findings];
  if (!access.isGranted) return begun;
  const url = await checkUrl(client, { wanted: desired?.realtimeUrl, ca, io });
  const { state, problem: ofState } = await readState(desired, options, io);
  const defaults = await checkDefaults(desired, { client, state, sample, io });
  return [...begun, ...url, ...ofState, defaults];
}
