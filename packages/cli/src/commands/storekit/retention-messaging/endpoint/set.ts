import { checkRealtimeUrl } from "@holdfast/appstore/retention-messaging";
import type { Command } from "../../../../command.ts";
import { print } from "../../../../output.ts";
import { changeEndpoint } from "../../../../storekit/change-endpoint.ts";
import { checkEndpointChange, sayFinding } from "../../../../storekit/check-endpoint-change.ts";
import { requireSound } from "../../../../storekit/check-values.ts";
import {
  EXPECTED_DEFAULTS_OPTIONS,
  readExpectedDefaults,
} from "../../../../storekit/expected-defaults.ts";
import { createClient, resolveIdentity } from "../../../../storekit/open-retention-messaging.ts";
import { findPassedTest } from "../../../../storekit/passed-tests.ts";
import { resultOfRows } from "../../../../storekit/rows.ts";
import {
  requireEnvironment,
  STOREKIT_OPTIONS,
  STOREKIT_OUTPUT,
} from "../../../../storekit/storekit-options.ts";

/** `holdfast storekit retention-messaging endpoint set` */
export const set: Command = {
  summary: "Set the URL Apple asks",
  description:
    "In production Apple takes it only after a passed performance test. Before a change in production this looks for a passed test seen from here, approved messages, the default messages of the flow, or of the products that are named, and the runtime's /healthz, and warns; nothing of that stops it. " +
    "What the URL was before is written down beside the user's configuration: `endpoint history` shows it, `endpoint restore` sets it back.",
  options: [
    {
      flags: "--url <url>",
      description: "https, at most 256 characters; required",
      required: true,
    },
    ...EXPECTED_DEFAULTS_OPTIONS,
    { flags: "--skip-checks", description: "look at nothing before" },
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_OUTPUT,
  afterInterruption:
    "it may be done already: look with holdfast storekit retention-messaging endpoint view",
  examples: [
    {
      line: "holdfast storekit retention-messaging endpoint set --url https://example.com/retention-messaging-api/ --environment sandbox",
      does: "for the sandbox; then run a performance test",
    },
    {
      line: "holdfast storekit retention-messaging endpoint set --url https://example.com/apple/retention/app/production --product-id com.example.monthly --locale en-US --locale de-DE --environment production",
      does: "for production, looking at two default messages before",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const url = options.required("url").trim();
    requireSound("--url", checkRealtimeUrl(url), io);
    const isChecked = requireEnvironment(options) === "production" && !options.flag("skip-checks");
    const read = isChecked ? await readExpectedDefaults(options, io) : undefined;
    const identity = await resolveIdentity(options, io);
    const client = createClient(identity, { io, readOnly: options.flag("read-only") });
    if (read !== undefined) {
      const sandbox = createClient({ ...identity, environment: "sandbox" }, { io, readOnly: true });
      const passedAt = await findPassedTest(sandbox, io);
      const checks = { url, expected: read.expected, passedAt };
      for (const problem of read.problems) io.warn(sayFinding(problem));
      for (const warning of await checkEndpointChange(client, checks, io)) io.warn(warning);
    }
    const answer = await changeEndpoint(client, io, {
      action: "set",
      to: url,
      make: () => client.configureRealtimeUrl(url, { signal: io.signal }),
    });
    const rows = [[answer.realtimeURL]];
    print(input, io, resultOfRows({ json: answer, head: ["Endpoint URL"], rows }));
    return 0;
  },
};
