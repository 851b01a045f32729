import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { run, writeFiles } from "./testing/run.ts";
import { installFakeWrangler } from "./workers/testing/fake-wrangler.ts";
import { makeSecrets, startWorkersWorld } from "./workers/testing/workers-world.ts";

const FILE = fileURLToPath(new URL("../../../docs/workers.md", import.meta.url));
const text = await readFile(FILE, "utf8");

/** The page's blocks of YAML: an app's configuration, and a workflow. */
const [config = "", workflowText = ""] = Array.from(
  text.matchAll(/^```yaml\n([\s\S]*?)^```/gm),
  ([, block = ""]) => block,
);

interface Workflow {
  readonly jobs: {
    readonly publish: {
      readonly env: Readonly<Record<string, string>>;
      readonly steps: readonly { readonly run?: string }[];
    };
  };
}

// The page's own, whose commands the test below runs.
const { publish } = (parseYaml(workflowText) as Workflow).jobs;

const CASES = `version: 1
cases:
  - name: families are left to Apple
    subject: { productId: yoga.family, at: 2026-11-21 }
    expect: { answer: deferToApple }
`;

test("docs/workers.md has a workflow that publishes with the secrets it names", async () => {
  await using world = await startWorkersWorld();
  await writeFiles(world.io, { "flow.test.yaml": CASES });
  const secrets: Readonly<Record<string, string>> = {
    ...makeSecrets(),
    CLOUDFLARE_API_TOKEN: world.cloudflare.apiToken,
  };
  const named = Object.entries(publish.env).map(([name, value]) => [
    name,
    secrets[/^\$\{\{ secrets\.(\w+) \}\}$/.exec(value)?.[1] ?? ""],
  ]);
  await using io = await world.openIo({ env: Object.fromEntries(named) as typeof secrets });
  const lines = publish.steps.flatMap(({ run: line = "" }) =>
    line.startsWith("npx holdfast ") ? [line.slice("npx holdfast ".length)] : [],
  );
  expect(lines).toHaveLength(3);
  for (const line of lines) expect([line, await run(io, line)]).toEqual([line, 0]);
  expect(world.cloudflare.keys(world.namespaceId)).toEqual(["live/yoga/production"]);
});

test("docs/workers.md goes from nothing to a publication, without a control plane", async () => {
  await using world = await startWorkersWorld();
  const wrangler = await installFakeWrangler(world.io, {
    "secret list": { stdout: '[{ "name": "HOLDFAST_RUNTIME_SECRET" }]' },
  });
  await writeFiles(world.io, { "holdfast.yaml": config });
  const none = Object.fromEntries(Object.keys(makeSecrets()).map((name) => [name, ""]));
  await using io = await world.openIo({ env: none });
  const lines = Array.from(
    text.matchAll(/^(?:CLOUDFLARE_API_TOKEN=… )?holdfast (workers .*--data \.holdfast.*)$/gm),
    ([, line = ""]) => line.replace(/ --url \S+/, ""),
  );
  expect(lines.map((line) => line.split(" ")[1])).toEqual([
    "deploy",
    "secrets",
    "deploy",
    "publish",
  ]);
  for (const line of lines) expect([line, await run(io, line)]).toEqual([line, 0]);
  expect(await wrangler.calls()).toHaveLength(4);
  expect(await run(io, "workers status --data .holdfast")).toBe(1);
  expect(io.out()).toMatch(/yoga +sandbox +ok /);
  expect(io.out()).toMatch(/yoga +production +unpublished /);
});

test("docs/workers.md starts a local Cloudflare whose variables wrangler and commands take", async () => {
  const [, code = ""] = /^npx node --input-type=module --eval '\n([\s\S]*?)^'$/m.exec(text) ?? [];
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    printed += part;
  });
  await expect.poll(() => printed, { timeout: 10_000 }).toContain("CLOUDFLARE_API_TOKEN=");
  const variables = new Map(
    Array.from(printed.matchAll(/ (\w+)=(\S+)/g), ([, name = "", value = ""]) => [name, value]),
  );
  const apiUrl = variables.get("CLOUDFLARE_API_BASE_URL") ?? "";
  expect(variables.get("HOLDFAST_CLOUDFLARE_API_URL")).toBe(apiUrl);
  const response = await fetch(
    `${apiUrl}/accounts/${variables.get("CLOUDFLARE_ACCOUNT_ID")}/storage/kv/namespaces`,
    { headers: { Authorization: `Bearer ${variables.get("CLOUDFLARE_API_TOKEN")}` } },
  );
  expect(response.status).toBe(200);
});

test("docs/workers.md tells wrangler which Worker is meant, wherever that must be told", () => {
  const commands = Array.from(
    text.matchAll(/npx wrangler (?:tail|rollback|delete)\b[^`\n]*/g),
    String,
  );
  expect(commands).toHaveLength(3);
  for (const command of commands) {
    expect(command).toContain("--config deploy/workers/wrangler.jsonc");
  }
});
