import { execFile, execFileSync } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadMasterKeys, loadRuntimeSecret } from "@holdfast/control/secrets";
import { DEFAULT_PORT } from "@holdfast/runtime/node";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { parseStages, variablesOf, wordsOf } from "../../../e2e/container/dockerfile.ts";
import { createIgnored } from "../../../e2e/container/ignored-files.ts";
import { createFakeIo } from "./testing/fake-io.ts";
import { withRunning } from "./testing/run.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const readRoot = (path: string): Promise<string> => readFile(join(ROOT, path), "utf8");

const SCALED = "deploy/compose/compose.yaml";

/** What compose.yaml itself gives a meaning to, beside the program's own variables. */
const COMPOSE_VARIABLES = new Set(["HOLDFAST_DOMAIN"]);

/** Secrets that are made elsewhere than by deploy/make-secrets.sh. */
const MADE_ELSEWHERE = new Set(["runtime-token", "tls-certificate", "tls-key"]);

interface Service {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly profiles?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

// Ours, and checked below.
const readCompose = async (path: string) =>
  parseYaml(await readRoot(path), { merge: true }) as Compose;

describe.each(["compose.yaml", SCALED])("%s", (path) => {
  test("names nothing that it does not say what it is", async () => {
    const { services, secrets, volumes } = await readCompose(path);
    for (const service of Object.values(services)) {
      expect(Object.keys(secrets)).toEqual(expect.arrayContaining([...(service.secrets ?? [])]));
      expect(Object.keys(services)).toEqual(
        expect.arrayContaining(Object.keys(service.depends_on ?? {})),
      );
      const named = (service.volumes ?? []).map((volume) => volume.split(":")[0] ?? "");
      expect(Object.keys(volumes)).toEqual(
        expect.arrayContaining(named.filter((name) => !name.startsWith("."))),
      );
    }
  });

  test("gives every secret as a file, to those alone whose variables name it", async () => {
    const { services } = await readCompose(path);
    // nginx's own configuration names its secrets, see below.
    const { nginx: _, ...others } = services;
    for (const { environment = {}, secrets = [] } of Object.values(others)) {
      const named = Object.entries(environment)
        .filter(([name]) => name.endsWith("_FILE"))
        .map(([, file]) => file.replace("/run/secrets/", ""));
      expect(named.toSorted()).toEqual(secrets.toSorted());
      const open = Object.keys(environment).filter((name) =>
        /(KEY|SECRET|TOKEN|PASSWORD|DATABASE_URL)$/.test(name),
      );
      expect(open).toEqual([]);
    }
  });

  test("sets no variable that the documentation does not know", async () => {
    const documentation = (await readRoot("docs/operations.md")) + (await readRoot("docs/cli.md"));
    const { services } = await readCompose(path);
    const stages = parseStages(await readRoot("Dockerfile"));
    const set = [
      ...Object.values(services).flatMap(({ environment = {} }) => Object.keys(environment)),
      ...stages.flatMap((stage) => Object.keys(variablesOf(stage))),
    ].filter((name) => name.startsWith("HOLDFAST_") && !COMPOSE_VARIABLES.has(name));
    expect(set.length).toBeGreaterThan(5);
    expect(set.filter((name) => !documentation.includes(name))).toEqual([]);
  });
});

test("compose.yaml gives the Caddyfile the variables that it asks for", async () => {
  const { services } = await readCompose("compose.yaml");
  const asked = [...(await readRoot("deploy/Caddyfile")).matchAll(/\{\$([A-Z_]+)\}/g)];
  expect(new Set(asked.map(([, name]) => name))).toEqual(
    new Set(Object.keys(services["caddy"]?.environment ?? {})),
  );
});

const readNginx = () => readRoot("deploy/compose/nginx/nginx.conf");

describe("deploy/compose/nginx/nginx.conf", () => {
  test("passes on to the servers that there are, each by what it does", async () => {
    const { services } = await readCompose(SCALED);
    const config = await readNginx();
    for (const [upstream, role] of [
      ["runtimes", "runtime"],
      ["controls", "control"],
    ] as const) {
      const [, block = ""] = new RegExp(`upstream ${upstream} \\{([^}]*)\\}`).exec(config) ?? [];
      const named = [...block.matchAll(/server ([\w-]+):(\d+) /g)];
      const doing = Object.entries(services).filter(
        ([, { environment }]) => environment?.["HOLDFAST_ROLE"] === role,
      );
      expect(named.map(([, name]) => name)).toEqual(doing.map(([name]) => name));
      expect(new Set(named.map(([, , port]) => port))).toEqual(new Set([String(DEFAULT_PORT)]));
    }
  });

  test("reads files that are there, and the secrets that it is given", async () => {
    const config = await readNginx();
    const included = [...config.matchAll(/include \/etc\/nginx\/holdfast\/([\w.]+);/g)];
    expect(included).toHaveLength(2);
    for (const [, name = ""] of included) await readRoot(`deploy/compose/nginx/${name}`);
    const { services } = await readCompose(SCALED);
    const read = [...config.matchAll(/\/run\/secrets\/([\w-]+)/g)].map(([, name]) => name);
    expect(read).toEqual(services["nginx"]?.secrets);
  });

  test("gives up on an answer before Apple does, though it asks two runtimes", async () => {
    const rules = await readRoot("deploy/compose/nginx/answering.conf");
    const msOf = (name: string): number => Number(new RegExp(`${name} (\\d+)ms;`).exec(rules)?.[1]);
    const APPLE_WAITS_MS = 700;
    expect(msOf("proxy_next_upstream_timeout")).toBeLessThan(APPLE_WAITS_MS);
    expect(msOf("proxy_connect_timeout") + msOf("proxy_read_timeout")).toBeLessThan(APPLE_WAITS_MS);
    // A 503 may be meant.
    expect(rules).not.toMatch(/http_\d/);
  });
});

describe("deploy/make-secrets.sh", () => {
  test("makes secrets that a server takes, each once, in a directory that is closed to others", async () => {
    await using io = await createFakeIo();
    const directory = join(io.cwd, "secrets");
    const make = () =>
      execFileSync("sh", [join(ROOT, "deploy/make-secrets.sh"), directory], { encoding: "utf8" });
    make();
    const { secrets } = await readCompose(SCALED);
    const made = Object.keys(secrets).filter((name) => !MADE_ELSEWHERE.has(name));
    expect(Object.keys((await readCompose("compose.yaml")).secrets)).toEqual(made);
    const read = async () =>
      Promise.all(made.map((name) => readFile(join(directory, name), "utf8")));
    const before = await read();
    expect(make()).toBe("");
    expect(await read()).toEqual(before);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);

    const env = {
      HOLDFAST_MASTER_KEY_FILE: join(directory, "master-key"),
      HOLDFAST_RUNTIME_SECRET_FILE: join(directory, "runtime-secret"),
    };
    const { current } = await loadMasterKeys({ env });
    expect(current).not.toEqual(await loadRuntimeSecret({ env }));
    const url = new URL(before[made.indexOf("database-url")] ?? "");
    expect(`${url.password}\n`).toBe(before[made.indexOf("database-password")]);
  });
});

describe("the Dockerfile", () => {
  test("tells a server's health, and that there is none", async () => {
    const [, last = []] = parseStages(await readRoot("Dockerfile"));
    const [, ...health] = wordsOf(last, "HEALTHCHECK");
    const check = (port: string): Promise<boolean> =>
      new Promise((resolve) => {
        const env = { ...process.env, HOLDFAST_PORT: port };
        execFile(process.execPath, health, { env }, (error) => resolve(error === null));
      });
    await using io = await createFakeIo();
    const line = ["serve --port 0", ...wordsOf(last, "CMD").slice(1)].join(" ");
    const port = await withRunning(io, line, async ({ url }) => {
      const { port: found } = new URL(String(url));
      expect(await check(found)).toBe(true);
      return found;
    });
    expect(await check(port)).toBe(false);
  });

  test("listens where the program does by default, as a user who is not root", async () => {
    const [, last = []] = parseStages(await readRoot("Dockerfile"));
    expect(variablesOf(last)["HOLDFAST_PORT"]).toBe(String(DEFAULT_PORT));
    expect(last.find(({ name }) => name === "EXPOSE")?.text).toBe(String(DEFAULT_PORT));
    expect(last.find(({ name }) => name === "USER")?.text).toBe("node");
  });
});

test.each([
  ["packages/cli/src/main.ts", false],
  ["packages/cli/templates/project/flow.yaml", false],
  ["package-lock.json", false],
  ["packages/cli/src/main.test.ts", true],
  ["packages/control/src/storage/testing/engines.ts", true],
  ["packages/cli/node_modules/yaml/package.json", true],
  ["node_modules/yaml/package.json", true],
  ["secrets/master-key", true],
  [".git/config", true],
  ["packages/cli/.holdfast/master-key", true],
])(".dockerignore says of %s that it stays out: %s", async (path, staysOut) => {
  expect(createIgnored(await readRoot(".dockerignore"))(path)).toBe(staysOut);
});
