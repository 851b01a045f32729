import { routes } from "@holdfast/api";
import { awaitSync } from "../../catalog/await-sync.ts";
import type { SyncBody } from "../../catalog/await-sync.ts";
import { PROBLEM_HEAD, problemRow, readProblems } from "../../catalog/problem-rows.ts";
import { renderSync } from "../../catalog/render-sync.ts";
import type { Command } from "../../command.ts";
import { APP_OPTION, requireApp } from "../../control-plane/app-option.ts";
import { ControlCallError } from "../../control-plane/control-call-error.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { readWhole } from "../../control-plane/read-whole.ts";
import { CommandFailed } from "../../errors.ts";
import { columns, print } from "../../output.ts";
import { sayCount } from "../../say-count.ts";
import { parseDurationMs } from "../../storekit/duration.ts";
import { printable } from "../../style.ts";

/** How long is waited unless told otherwise: App Store Connect's limits can stretch a large catalog. */
const TIMEOUT = "10m";

/** `holdfast catalog sync` */
export const sync: Command = {
  summary: "Read an app's products, prices and offers from App Store Connect",
  description:
    "Waits for the end and tells what of the catalog cannot be used. While a sync runs no second one begins: this then waits for that one. Exit code 1 when it fails, 5 when it still runs after the timeout.",
  options: [
    { flags: "--no-wait", description: "begin it and do not wait for its end" },
    {
      flags: "--timeout <duration>",
      description: `how long to wait, at most 24h (default: ${TIMEOUT})`,
    },
    APP_OPTION,
    ...CONTROL_OPTIONS,
  ],
  examples: [
    { line: "holdfast catalog sync --app yoga", does: "read it, and see what is wrong with it" },
    { line: "holdfast catalog sync --app yoga --no-wait", does: "from a script that goes on" },
  ],
  async run(input, io) {
    const { options } = input;
    const app = requireApp(options);
    const timeoutMs = parseDurationMs(options.text("timeout") ?? TIMEOUT, "--timeout");
    const { client } = await openControl(input, io);
    const { body: begun } = await client
      .call(routes.syncCatalog, { params: { app } })
      .catch((error: unknown) => {
        throw withKeyAdvice(error, app);
      });
    // Commander keeps `--no-wait` as `wait`, which is on unless it is given.
    if (!options.flag("wait")) {
      print(input, io, { json: begun, table: () => renderSync(begun) });
      return 0;
    }
    const ended = await awaitSync({ client, app, timeoutMs }, io);
    requireSuccess(app, ended);
    const { body: catalog } = await readWhole(client.call(routes.readCatalog, { params: { app } }));
    const problems = await readProblems(client, app);
    const counts = `${sayCount(catalog.products.length, "product")}, ${sayCount(
      catalog.products.flatMap(({ promotionalOffers }) => promotionalOffers).length,
      "promotional offer",
    )}`;
    print(input, io, {
      json: { ...ended, products: catalog.products.length, problems },
      table: () => [
        `The catalog of ${app} is synced: ${counts}`,
        ...(problems.length === 0
          ? []
          : [
              "",
              ...columns(
                [PROBLEM_HEAD, ...problems.map(problemRow)].map((row) => row.map(printable)),
              ),
            ]),
      ],
    });
    return 0;
  },
};

/** Only a missing key keeps a sync from beginning. */
function withKeyAdvice(error: unknown, app: string): unknown {
  if (!(error instanceof ControlCallError) || error.code !== "CONFLICT") return error;
  return new ControlCallError(error, { advice: `holdfast connect-keys add --app ${app}` });
}

/** @throws CommandFailed `SYNC_FAILED` */
function requireSuccess(app: string, { state, problem }: SyncBody): void {
  if (state === "succeeded") return;
  const why = problem === undefined ? state : `${problem.code}: ${problem.message}`;
  throw new CommandFailed("SYNC_FAILED", `the catalog of ${app} could not be read; ${why}`, {
    advice: `see the key: holdfast connect-keys list --app ${app}; it is tried again by itself`,
  });
}
