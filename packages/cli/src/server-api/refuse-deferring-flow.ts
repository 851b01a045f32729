import type { AppStoreServerClient, ServerCallOptions } from "@holdfast/appstore/server-api";
import { canDefer } from "@holdfast/flow/evaluate";
import { prepareSnapshot } from "@holdfast/flow/snapshot";
import type { PreparedSnapshot } from "@holdfast/flow/snapshot";
import type { Io, OptionSpec, Options } from "../command.ts";
import { compileLoaded } from "../compile-loaded.ts";
import { CommandFailed } from "../errors.ts";
import { CATALOG_OPTION } from "../flow-options.ts";
import { loadUsableFlow } from "../load-flow.ts";
import { createDecodingReader } from "./read-signed.ts";

/** The flow that will answer a performance test. */
export const TESTED_FLOW_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--flow <file>",
    description:
      "the flow that answers; refuse to start when a rule of it can defer to Apple for the tested product, which would fail the test",
  },
  { ...CATALOG_OPTION, description: `with --flow: ${CATALOG_OPTION.description}` },
];

/** A flow as it answers in the sandbox. */
export interface TestedFlow {
  readonly bundleId: string;
  readonly prepared: PreparedSnapshot;
}

/**
 * Reads the flow of {@link TESTED_FLOW_OPTIONS}; undefined where none is named.
 *
 * @throws UsageError `FILE_UNREADABLE`, `JSON_MALFORMED`, `CATALOG_MALFORMED`
 * @throws FlowRefused
 */
export async function readTestedFlow(options: Options, io: Io): Promise<TestedFlow | undefined> {
  const file = options.text("flow");
  if (file === undefined) return undefined;
  const environment = "sandbox";
  const flow = await loadUsableFlow(io, {
    file,
    environment,
    catalogFile: options.text("catalog"),
  });
  return {
    bundleId: flow.document.app,
    prepared: prepareSnapshot(compileLoaded(flow, environment)),
  };
}

/**
 * Refuses a performance test of a subscription for whose product the flow can answer `deferToApple`:
 * that is no answer to Apple, and counts as a failure.
 *
 * @throws CommandFailed `FLOW_CAN_DEFER`, `TESTED_PRODUCT_UNKNOWN`
 * @throws AppleApiError
 * @throws BadDataError for a transaction that cannot be read
 */
export async function refuseDeferringFlow(
  { prepared }: TestedFlow,
  client: Pick<AppStoreServerClient, "getAllSubscriptionStatuses">,
  { originalTransactionId, signal }: ServerCallOptions & { readonly originalTransactionId: string },
): Promise<void> {
  const productId = await findProduct(client, { originalTransactionId, signal });
  const rule = canDefer(prepared, productId);
  if (rule === undefined) return;
  throw new CommandFailed(
    "FLOW_CAN_DEFER",
    `rule ${rule} can answer deferToApple for ${productId}, which Apple's test counts as a failure; nothing was started`,
    {
      advice:
        "test a subscription of a product that no such rule can hold for, or take the rule out of the flow for the test",
    },
  );
}

/** What the subscription is of. Nothing hangs on its signature: it came from Apple's own host. */
async function findProduct(
  client: Pick<AppStoreServerClient, "getAllSubscriptionStatuses">,
  { originalTransactionId, signal }: ServerCallOptions & { readonly originalTransactionId: string },
): Promise<string> {
  const { data = [] } = await client.getAllSubscriptionStatuses(originalTransactionId, { signal });
  const signed = data
    .flatMap(({ lastTransactions = [] }) => lastTransactions)
    .find((item) => item.originalTransactionId === originalTransactionId)?.signedTransactionInfo;
  if (signed !== undefined) {
    const { productId } = await createDecodingReader().transaction(signed);
    if (productId !== undefined) return productId;
  }
  throw new CommandFailed(
    "TESTED_PRODUCT_UNKNOWN",
    "expected the subscription's status with its product; Apple told none, so --flow cannot be held against it",
    {
      advice:
        "check that --original-transaction-id is the original transaction of an auto-renewable subscription; without --flow the test starts unchecked",
    },
  );
}
