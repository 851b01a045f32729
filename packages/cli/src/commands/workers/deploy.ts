import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Io } from "../../command.ts";
import { columns, print } from "../../output.ts";
import { createStyle } from "../../style.ts";
import { buildWorker, renderBuilt } from "../../workers/build-worker.ts";
import { CONFIG_OPTIONS } from "../../workers/read-worker-config.ts";
import { requireSuccess, runWrangler } from "../../workers/run-wrangler.ts";
import { listSecrets, requireRuntimeSecret, WORKER_SECRETS } from "../../workers/worker-secrets.ts";
import { readWranglerConfig, WRANGLER_CONFIG_OPTION } from "../../workers/wrangler-config.ts";
import type { WranglerConfig } from "../../workers/wrangler-config.ts";

/** `holdfast workers deploy` */
export const deploy: Command = {
  summary: "Build the Worker and upload it to Cloudflare with wrangler",
  description:
    "Builds as holdfast workers build does, into the file that wrangler's configuration names as main, and has wrangler upload it as it is. " +
    "Before that it looks whether account and namespace are filled in, and whether the secret HOLDFAST_RUNTIME_SECRET is set. " +
    "wrangler takes CLOUDFLARE_API_TOKEN, or whoever logged in with it (wrangler login). " +
    "Nothing is published: what is live stays in the namespace.",
  options: [
    ...CONFIG_OPTIONS,
    WRANGLER_CONFIG_OPTION,
    { flags: "--dry-run", description: "build, and have wrangler check it; nothing is sent" },
  ],
  examples: [
    {
      line: "holdfast workers deploy --dry-run",
      does: "see whether it would go, without a network",
    },
    { line: "holdfast workers deploy", does: "put the Worker into service" },
  ],
  async run(input, io) {
    const { options } = input;
    const isDryRun = options.flag("dry-run");
    const wrangler = await readWranglerConfig(options, io);
    if (!isDryRun) requireFilledIn(wrangler, io);
    const built = await buildWorker(requireMain(wrangler), options, io);
    for (const warning of built.warnings) io.warn(warning);
    if (!isDryRun) await checkSecrets(wrangler, io);
    const said = await upload(wrangler.file, { isDryRun, isShown: !options.json }, io);
    const { apps, bytes, gzippedBytes } = built;
    const { name } = wrangler;
    print(input, io, {
      json: { name: name ?? null, dryRun: isDryRun, apps, bytes, gzippedBytes, wrangler: said },
      table: () => [
        createStyle(io).green(isDryRun ? "nothing was sent" : `deployed ${name ?? "the Worker"}`),
        ...columns(renderBuilt(built)),
      ],
    });
    return 0;
  },
};

/** Where the file names no account, wrangler goes by its own variable. */
function requireFilledIn(
  { file, name, accountId, namespaceId }: WranglerConfig,
  { env }: Pick<Io, "env">,
): void {
  const account = accountId ?? env["CLOUDFLARE_ACCOUNT_ID"] ?? "";
  const missing = [
    ...(name === undefined ? ["name"] : []),
    ...(account === "" ? ["account_id (or CLOUDFLARE_ACCOUNT_ID)"] : []),
    ...(namespaceId === undefined ? ["the id of the namespace bound as HOLDFAST_KV"] : []),
  ];
  if (missing.length === 0) return;
  throw new UsageError(
    "WRANGLER_CONFIG_INCOMPLETE",
    `${file}: fill in ${missing.join(", ")}; the ids are 32 hexadecimal digits, as wrangler whoami and wrangler kv namespace list show them`,
  );
}

function requireMain({ file, main }: WranglerConfig): string {
  if (main !== undefined) return main;
  throw new UsageError(
    "WRANGLER_CONFIG_INCOMPLETE",
    `${file}: expected main, the file the Worker is built into, like build/worker.js`,
  );
}

async function checkSecrets({ file, hasControlUrl }: WranglerConfig, io: Io): Promise<void> {
  const secrets = await listSecrets(file, io);
  requireRuntimeSecret(secrets);
  if (!hasControlUrl || secrets.has(WORKER_SECRETS.runtimeToken)) return;
  io.warn(
    `HOLDFAST_CONTROL_URL is set and the secret ${WORKER_SECRETS.runtimeToken} is not: no decision is sent; set it: holdfast workers secrets`,
  );
}

async function upload(
  file: string,
  { isDryRun, isShown }: { readonly isDryRun: boolean; readonly isShown: boolean },
  io: Io,
): Promise<string> {
  // Built already; and this project's framework, if it has one, is none of its business.
  const words = ["deploy", "--no-bundle", "--autoconfig=false", "--config", file];
  const call = { arguments: isDryRun ? [...words, "--dry-run"] : words, isShown };
  const end = await runWrangler(call, io);
  requireSuccess(end, call);
  return end.said;
}
