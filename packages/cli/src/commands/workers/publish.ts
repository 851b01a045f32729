import { openNamespacePublisher } from "@holdfast/runtime/node";
import type { Command } from "../../command.ts";
import { APP_OPTION } from "../../control-plane/app-option.ts";
import {
  CATALOG_OPTION,
  FLOW_ARGUMENT,
  REVIEW_STATES_OPTION,
  STRICT_OPTION,
} from "../../flow-options.ts";
import { LIVE_ENVIRONMENT_OPTION } from "../../going-live/place-options.ts";
import { afterPublishing, compilePublication } from "../../going-live/publish-here.ts";
import { columns, print } from "../../output.ts";
import { STATE_OPTION } from "../../provisioning/provisioning-options.ts";
import { missingKeyWarnings } from "../../publish-snapshot.ts";
import { KEY_OPTIONS } from "../../signing-key.ts";
import { createStyle } from "../../style.ts";
import {
  readWorkerWait,
  renderWorkerArrival,
  WORKER_WAIT_OPTIONS,
} from "../../workers/await-worker.ts";
import { checkPlace } from "../../workers/check-place.ts";
import { NAMESPACE_OPTIONS, openNamespace } from "../../workers/open-namespace.ts";
import { readPublisherSecrets, SECRETS_OPTION } from "../../workers/publisher-secrets.ts";
import { CONFIG_IF_THERE_OPTION } from "../../workers/read-worker-config.ts";
import { WORKER_URL_OPTION } from "../../workers/worker-health.ts";

/** `holdfast workers publish` */
export const publish: Command = {
  summary: "Put a flow live on Workers, without a control plane",
  description:
    "For teams that publish from a pipeline and run no control plane; with one, holdfast flow publish writes to Workers, too. " +
    "Checks and compiles the flow here, signs it with HOLDFAST_PUBLISHER_KEY, seals what HOLDFAST_PSEUDONYM_KEY and the In-App Purchase key are under HOLDFAST_RUNTIME_SECRET, " +
    "and writes it to the namespace with CLOUDFLARE_API_TOKEN (each variable also as _FILE). " +
    "An app has one publisher: what another key published is not written over. " +
    "With --url it waits until the Worker answers by it, and exits 5 when it does not yet.",
  arguments: [FLOW_ARGUMENT],
  options: [
    APP_OPTION,
    { ...LIVE_ENVIRONMENT_OPTION, description: "where it goes live (required)" },
    ...NAMESPACE_OPTIONS,
    SECRETS_OPTION,
    CONFIG_IF_THERE_OPTION,
    WORKER_URL_OPTION,
    ...WORKER_WAIT_OPTIONS,
    ...KEY_OPTIONS,
    CATALOG_OPTION,
    REVIEW_STATES_OPTION,
    STRICT_OPTION,
    STATE_OPTION,
  ],
  examples: [
    {
      line: "holdfast workers publish --app yoga --environment sandbox --data .holdfast",
      does: "with secrets that are made at the first time, and kept in .holdfast",
    },
    {
      line: "holdfast workers publish --app yoga --environment production --url https://retention.example.com",
      does: "from a pipeline that has the secrets in variables; wait until the Worker answers by it",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const wait = readWorkerWait(options, io);
    const compiled = await compilePublication(input, io);
    const { app, snapshot, signingKey } = compiled.publication;
    const misplaced = await checkPlace(app, snapshot, { options, io });
    const namespace = await openNamespace(options, io);
    const { pseudonymKey, ...secrets } = await readPublisherSecrets(app, options, io);
    const publisher = await openNamespacePublisher({ ...secrets, namespace });
    const record = await publisher.publish({
      ...compiled.publication,
      pseudonymKey,
      publishedAt: io.now(),
    });
    const warnings = [
      ...misplaced,
      ...(signingKey === undefined ? missingKeyWarnings(snapshot) : []),
      ...(await afterPublishing(compiled, record, { options, io })),
    ];
    for (const warning of warnings) io.warn(warning);
    const worker = await wait(record);
    const { environment, label, sequence, snapshot: hash } = record;
    const live = { app, environment, label, sequence, hash };
    print(input, io, {
      json: { ...live, worker: worker ?? null },
      table: () => [
        createStyle(io).green("in the namespace, from where Workers take it within 90 s"),
        ...columns(Object.entries(live).map(([name, value]) => [`  ${name}`, String(value)])),
        ...(worker === undefined ? [] : [renderWorkerArrival(worker, io)]),
      ],
    });
    return worker?.arrived === false ? 5 : 0;
  },
};
