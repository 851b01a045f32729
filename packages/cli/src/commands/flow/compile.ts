import { canonicalJson, snapshotHash } from "@holdfast/flow/snapshot";
import type { Snapshot } from "@holdfast/flow/snapshot";
import type { Command } from "../../command.ts";
import { compileLoaded } from "../../compile-loaded.ts";
import { writeText } from "../../files.ts";
import {
  CATALOG_OPTION,
  DEFAULT_FLOW_FILE,
  ENVIRONMENT_OPTION,
  FLOW_ARGUMENT,
  REVIEW_STATES_OPTION,
  STRICT_OPTION,
} from "../../flow-options.ts";
import { flowInputOf, loadUsableFlow } from "../../load-flow.ts";
import { columns, print } from "../../output.ts";

/** `holdfast flow compile` */
export const compile: Command = {
  summary: "Compile a flow to a snapshot",
  description:
    "Writes the snapshot of one environment as canonical JSON: the same flow, catalog, images and review states give the same bytes, and their SHA-256 is the snapshot's identity. " +
    "Exits 2 with all issues when the flow is invalid.",
  arguments: [FLOW_ARGUMENT],
  options: [
    {
      ...ENVIRONMENT_OPTION,
      description: "which environment's snapshot (required)",
      required: true,
    },
    { flags: "--out <file>", description: "where to write the snapshot" },
    CATALOG_OPTION,
    REVIEW_STATES_OPTION,
    STRICT_OPTION,
  ],
  examples: [
    {
      line: "holdfast flow compile --environment production --out production.snapshot.json",
      does: "write what would be published",
    },
    {
      line: "holdfast flow compile --environment sandbox --output json",
      does: "only tell the hash: whether a change changes anything",
    },
  ],
  async run(input, io) {
    const { arguments: files, options } = input;
    options.required("environment");
    const read = flowInputOf(files[0] ?? DEFAULT_FLOW_FILE, options);
    const { environment = "production" } = read;
    const snapshot = compileLoaded(await loadUsableFlow(io, read), environment);
    const text = canonicalJson(snapshot);
    const out = options.text("out");
    if (out !== undefined) await writeText(io, out, text);
    const summary = {
      hash: await snapshotHash(snapshot),
      environment,
      sizeBytes: Buffer.byteLength(text),
      rules: snapshot.rules.length,
      ...productsOf(snapshot),
      ...(out === undefined ? {} : { out }),
    };
    print(input, io, {
      json: summary,
      table: () => columns(Object.entries(summary).map(([name, value]) => [name, String(value)])),
    });
    return 0;
  },
};

/** How many products there are, and the worst case of an answer: all rules on one product. */
function productsOf({ products, rules }: Snapshot): {
  readonly products: number;
  readonly mostRulesForOneProduct: number;
} {
  const names = new Set([
    ...Object.keys(products),
    ...rules.flatMap((rule) => rule.products ?? []),
  ]);
  const rulesFor = (product: string) =>
    rules.filter(
      (rule) =>
        (rule.products?.includes(product) ?? true) && !rule.exceptProducts?.includes(product),
    ).length;
  const forOthers = rules.filter((rule) => rule.products === undefined).length;
  return {
    products: Object.keys(products).length,
    mostRulesForOneProduct: Math.max(forOthers, ...[...names].map(rulesFor)),
  };
}
