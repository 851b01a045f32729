import { routes } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { Catalog } from "@holdfast/flow/catalog";
import { compareCatalogs } from "../../catalog/compare-catalogs.ts";
import type { CatalogDifference } from "../../catalog/compare-catalogs.ts";
import { flowCatalogOf, lockTextOf } from "../../catalog/lock-text.ts";
import type { Command, Io } from "../../command.ts";
import { APP_OPTION, requireApp } from "../../control-plane/app-option.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { readWhole } from "../../control-plane/read-whole.ts";
import { readTextIfPresent, writeText } from "../../files.ts";
import { CATALOG_FILE, readCatalog } from "../../load-flow.ts";
import { print } from "../../output.ts";
import { sayCount } from "../../say-count.ts";
import { printable } from "../../style.ts";

/** `holdfast catalog pull` */
export const pull: Command = {
  summary: "Write the catalog to the file beside the flow, to be committed",
  description:
    "`flow validate` and every other command that reads a flow takes products and offers from this file, so that CI validates without Apple and without the control plane. It holds what flows can name, in a fixed order: it changes only when that does. --check writes nothing and ends with 1 when the file is not what the control plane has.",
  options: [
    { flags: "--file <file>", description: "where to write it", default: CATALOG_FILE },
    { flags: "--check", description: "only tell whether the file is up to date" },
    { flags: "--force", description: "write it over the catalog of another app" },
    APP_OPTION,
    ...CONTROL_OPTIONS,
  ],
  examples: [
    { line: "holdfast catalog pull --app yoga", does: "write catalog.json beside flow.yaml" },
    {
      line: "holdfast catalog pull --app yoga --file yoga/catalog.json --check",
      does: "in a nightly job: is what is committed still true?",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const app = requireApp(options);
    const file = options.text("file") ?? CATALOG_FILE;
    const isCheck = options.flag("check");
    const { client } = await openControl(input, io);
    const { body } = await readWhole(client.call(routes.readCatalog, { params: { app } }));
    const catalog = flowCatalogOf(body);
    const before = await readPulled(file, io, { isForced: options.flag("force") });
    if (before !== undefined && !options.flag("force")) requireSameApp(before, catalog, file);
    const text = lockTextOf(catalog);
    const isCurrent = (await readTextIfPresent(io, file)) === text;
    if (!isCurrent && !isCheck) await writeText(io, file, text);
    const difference = compareCatalogs(before, catalog);
    print(input, io, {
      json: {
        file,
        isCurrent,
        isWritten: !isCurrent && !isCheck,
        products: catalog.products.length,
        ...difference,
      },
      table: () => [
        isCurrent
          ? `${file} is up to date`
          : `${file} ${isCheck ? "is not up to date" : "is written"}: ${sayCount(catalog.products.length, "product")}`,
        ...renderDifference(difference),
      ],
    });
    return isCheck && !isCurrent ? 1 : 0;
  },
};

/** What is there and is no catalog is not lost without a word. */
async function readPulled(
  file: string,
  io: Io,
  { isForced }: { readonly isForced: boolean },
): Promise<Catalog | undefined> {
  if ((await readTextIfPresent(io, file)) === undefined) return undefined;
  try {
    return (await readCatalog(io, { file, catalogFile: file }))?.catalog;
  } catch (error) {
    if (isForced && error instanceof UsageError) return undefined;
    throw error;
  }
}

/** @throws UsageError `FILE_EXISTS` */
function requireSameApp(before: Catalog, after: Catalog, file: string): void {
  if (before.bundleId === after.bundleId) return;
  throw new UsageError(
    "FILE_EXISTS",
    `${file}: holds the catalog of ${before.bundleId}, expected ${after.bundleId}; name another with --file, or overwrite it with --force`,
  );
}

function renderDifference({ added, removed, changed }: CatalogDifference): readonly string[] {
  return [
    ...added.map((id) => `  + ${printable(id)}`),
    ...removed.map((id) => `  - ${printable(id)}`),
    ...changed.map((id) => `  ~ ${printable(id)}`),
  ];
}
