import { APP_STORE_LOCALES } from "@holdfast/appstore/retention-messaging";
import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";
import type { DesiredContent, ProvisioningState } from "@holdfast/provisioning";
import type { Io, OptionSpec, Options } from "../command.ts";
import { checkFlow } from "../doctor/check-flow.ts";
import { readDesired, readState } from "../doctor/read-wanted.ts";
import type { Finding } from "../findings/finding.ts";
import { readCatalog } from "../load-flow.ts";
import { STATE_OPTION } from "../provisioning/provisioning-options.ts";
import { checkDefaultPlace } from "./default-place.ts";

/** Where default messages are expected in production. */
export const EXPECTED_DEFAULTS_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--flow <file>",
    description:
      "the flow whose default messages should be there (default: flow.yaml here, when it is there)",
  },
  STATE_OPTION,
  {
    flags: "--product-id <id>",
    description:
      "instead of a flow's: a product that should have a default message; may come more than once",
    repeatable: true,
  },
  {
    flags: "--catalog <file>",
    description: "the flow's products, or without a flow those that should have one",
  },
  {
    flags: "--locale <locale>",
    suggestions: APP_STORE_LOCALES,
    description: "where they should have one; may come more than once (default: en-US)",
    repeatable: true,
  },
];

/** Which default messages are expected: a flow's, held against what is known, or those of places. */
export type ExpectedDefaults =
  | { readonly desired: DesiredContent; readonly state: ProvisioningState | undefined }
  | { readonly places: readonly DefaultPlace[] };

/** Expected default messages, and what kept from saying more. */
export interface ReadExpected {
  readonly expected: ExpectedDefaults;
  readonly problems: readonly Finding[];
}

/**
 * Reads {@link EXPECTED_DEFAULTS_OPTIONS}: the products that are named, else the flow, else the catalog.
 *
 * @throws UsageError `PRODUCT_ID_INVALID`, `UNKNOWN_LOCALE`, and those of reading the catalog
 */
export async function readExpectedDefaults(options: Options, io: Io): Promise<ReadExpected> {
  const named = options.list("product-id");
  if (named.length > 0) return { expected: placesOf(named, options, io), problems: [] };
  const catalogFile = options.text("catalog");
  const flowFile = options.text("flow");
  const { finding, flow } = await checkFlow(io, flowFile, {
    environment: "production",
    catalogFile,
  });
  const { desired, problem } = readDesired(flow, "production");
  if (desired !== undefined) {
    const { state, problem: ofState } = await readState(desired, options, io);
    return { expected: { desired, state }, problems: ofState };
  }
  const read = await readCatalog(io, {
    file: "-",
    ...(catalogFile === undefined ? {} : { catalogFile }),
  });
  const products = read?.catalog.products.map(({ productId }) => productId) ?? [];
  const ofFlow = finding.status === "fail" ? [finding] : problem;
  return { expected: placesOf(products, options, io), problems: ofFlow };
}

function placesOf(
  productIds: readonly string[],
  options: Options,
  io: Pick<Io, "warn">,
): ExpectedDefaults {
  const asked = options.list("locale");
  const locales = asked.length > 0 ? asked : ["en-US"];
  const places = productIds.flatMap((productId) =>
    locales.map((locale) => checkDefaultPlace({ productId, locale }, io)),
  );
  return { places };
}
