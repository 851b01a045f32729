import { checkRealtimeUrl } from "@holdfast/appstore/retention-messaging";
import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";
import type { Command, Io, Options } from "../../../../command.ts";
import { readCatalog } from "../../../../load-flow.ts";
import { print } from "../../../../output.ts";
import { changeEndpoint } from "../../../../storekit/change-endpoint.ts";
import { checkEndpointChange } from "../../../../storekit/check-endpoint-change.ts";
import { requireSound } from "../../../../storekit/check-values.ts";
import { checkDefaultPlace } from "../../../../storekit/default-place.ts";
import { openRetentionMessaging } from "../../../../storekit/open-retention-messaging.ts";
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
    "In production Apple takes it only after a passed performance test. Before a change in production this looks at approved messages, default messages and the runtime's /healthz, and warns; nothing of that stops it. " +
    "What the URL was before is written down beside the configuration: `endpoint history` shows it, `endpoint restore` sets it back.",
  options: [
    { flags: "--url <url>", description: "https, at most 256 characters; required" },
    {
      flags: "--product-id <id>",
      description: "a product that should have a default message; may come more than once",
      repeatable: true,
    },
    {
      flags: "--catalog <file>",
      description:
        "the products that should have one (default: catalog.json here, when it is there)",
    },
    {
      flags: "--locale <locale>",
      description: "where they should have one; may come more than once (default: en-US)",
      repeatable: true,
    },
    { flags: "--skip-checks", description: "look at nothing before" },
    { flags: "--force", description: "the same as --skip-checks" },
    ...STOREKIT_OPTIONS,
  ],
  output: STOREKIT_OUTPUT,
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
    const isChecked =
      requireEnvironment(options) === "production" &&
      !options.flag("skip-checks") &&
      !options.flag("force");
    const places = isChecked ? await readPlaces(options, io) : [];
    const client = await openRetentionMessaging(options, io);
    if (isChecked) {
      const warnings = await checkEndpointChange(client, { url, places }, io);
      for (const warning of warnings) io.stderr(`warning: ${warning}\n`);
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

/** Returns every product and locale that should have a default message. */
async function readPlaces(options: Options, io: Io): Promise<readonly DefaultPlace[]> {
  const named = options.list("product-id");
  const productIds = named.length > 0 ? named : await readProductIds(options, io);
  const asked = options.list("locale");
  const locales = asked.length > 0 ? asked : ["en-US"];
  return productIds.flatMap((productId) =>
    locales.map((locale) => checkDefaultPlace({ productId, locale }, io)),
  );
}

async function readProductIds(options: Options, io: Io): Promise<readonly string[]> {
  const catalogFile = options.text("catalog");
  const read = await readCatalog(io, {
    file: "-",
    ...(catalogFile === undefined ? {} : { catalogFile }),
  });
  return read?.catalog.products.map(({ productId }) => productId) ?? [];
}
