import { execFile, execFileSync } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadMasterKeys, loadRuntimeSecret } from "@holdfast/control/secrets";
import { DEFAULT_PORT } from "@holdfast/runtime/node";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { createControlMetrics } from "../../control/src/metrics/index.ts";
import { openTestDatabase, SQLITE } from "../../control/src/storage/testing/engines.ts";
import { parseStages, variablesOf, wordsOf } from "../../../e2e/container/dockerfile.ts";
import { createIgnored } from "../../../e2e/container/ignored-files.ts";
import { createFakeIo } from "./testing/fake-io.ts";
import { withRunning } from "./testing/run.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const readRoot = (path: string): Promise<string> => readFile(join(ROOT, path), "utf8");

/** What compose.yaml itself gives a meaning to, beside the program's own variables. */
const COMPOSE_VARIABLES = ["HOLDFAST_DOMAIN", "HOLDFAST_ANSWERING"];

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
const readCompose = async () =>
  parseYaml(await readRoot("compose.yaml"), { merge: true }) as Compose;

describe("compose.yaml", () => {
  test("names nothing that it does not say what it is", async () => {
    const { services, secrets, volumes } = await readCompose();
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
    const { services } = await readCompose();
    for (const { environment = {}, secrets = [] } of Object.values(services)) {
      const named = Object.entries(environment)
        .filter(([name]) => name.endsWith("_FILE"))
        .map(([, path]) => path.replace("/run/secrets/", ""));
      expect(named.toSorted()).toEqual(secrets.toSorted());
      const open = Object.keys(environment).filter((name) =>
        /(KEY|SECRET|TOKEN|PASSWORD|DATABASE_URL)$/.test(name),
      );
      expect(open).toEqual([]);
    }
  });

  test("sets no variable that the documentation does not know", async () => {
    const documentation = (await readRoot("docs/operations.md")) + (await readRoot("docs/cli.md"));
    const { services } = await readCompose();
    const stages = parseStages(await readRoot("Dockerfile"));
    const set = [
      ...Object.values(services).flatMap(({ environment = {} }) => Object.keys(environment)),
      ...stages.flatMap((stage) => Object.keys(variablesOf(stage))),
    ].filter((name) => name.startsWith("HOLDFAST_") && !COMPOSE_VARIABLES.includes(name));
    expect(set.length).toBeGreaterThan(5);
    expect(set.filter((name) => !documentation.includes(name))).toEqual([]);
  });

  test("gives the Caddyfile the variables that it asks for", async () => {
    const { services } = await readCompose();
    const asked = [...(await readRoot("deploy/Caddyfile")).matchAll(/\{\$([A-Z_]+)\}/g)];
    expect(new Set(asked.map(([, name]) => name))).toEqual(
      new Set(Object.keys(services["caddy"]?.environment ?? {})),
    );
  });
});

describe("deploy/make-secrets.sh", () => {
  test("makes secrets that a server takes, each once, in a directory that is closed to others", async () => {
    await using io = await createFakeIo();
    const directory = join(io.cwd, "secrets");
    const make = () =>
      execFileSync("sh", [join(ROOT, "deploy/make-secrets.sh"), directory], { encoding: "utf8" });
    make();
    const { secrets } = await readCompose();
    const made = Object.keys(secrets).filter((name) => name !== "runtime-token");
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

describe("what Prometheus and Grafana ask for", () => {
  /** The names of a scrape's series; a histogram has three of each. */
  function namesIn(scrape: string): readonly string[] {
    return [...scrape.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
      type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name],
    );
  }

  /** The names of the series a query asks for: what is no function, word or label. */
  function namesAsked(query: string): readonly string[] {
    const bare = query
      .replaceAll(/\{[^}]*\}/g, "")
      .replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, " ")
      .replaceAll(/\[[^\]]*\]/g, "");
    return [...bare.matchAll(/\b[a-z][a-z0-9]*_[a-z0-9_]+\b(?!\s*\()/g)].map(([name]) => name);
  }

  async function scrape(): Promise<ReadonlySet<string>> {
    await using io = await createFakeIo();
    const runtime = await withRunning(io, "serve --port 0", async ({ url }) =>
      (await fetch(`${String(url)}/metrics`)).text(),
    );
    const database = await openTestDatabase(SQLITE);
    // PostgreSQL's alone have connections.
    const connections = () => ({ used: 0, idle: 0, waiting: 0 });
    const control = createControlMetrics({ database: { ...database, connections } });
    const { body } = await control.render();
    return new Set([...namesIn(runtime), ...namesIn(body)]);
  }

  async function queriesOfAlerts(): Promise<readonly string[]> {
    // Ours; that it has rules is checked below.
    const { groups } = parseYaml(await readRoot("deploy/prometheus/alerts.yaml")) as {
      readonly groups: readonly {
        readonly rules: readonly {
          readonly alert: string;
          readonly expr: string;
          readonly labels: { readonly severity: string };
          readonly annotations: Readonly<Record<string, string>>;
        }[];
      }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { labels, annotations } of rules) {
      expect(["page", "ticket"]).toContain(labels.severity);
      expect(Object.keys(annotations)).toEqual(["summary", "description"]);
    }
    return rules.map(({ expr }) => expr);
  }

  async function queriesOfDashboard(): Promise<readonly string[]> {
    // Ours, as Grafana writes them.
    const { panels, templating } = JSON.parse(await readRoot("deploy/grafana/holdfast.json")) as {
      readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
      readonly templating: { readonly list: readonly { readonly query: unknown }[] };
    };
    const variables = templating.list.flatMap(({ query }) =>
      typeof query === "object" && query !== null && "query" in query
        ? [String(query.query).replace(/^label_values\((.*),.*\)$/, "$1")]
        : [],
    );
    return [...variables, ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))];
  }

  test("is there in a real scrape", async () => {
    const there = await scrape();
    const queries = [...(await queriesOfAlerts()), ...(await queriesOfDashboard())];
    const asked = new Set(queries.flatMap(namesAsked));
    expect([...asked].filter((name) => !there.has(name))).toEqual([]);
    // Each query asks for something, and everything of ours that can go wrong is asked for.
    expect(queries.filter((query) => namesAsked(query).length === 0)).toEqual([]);
    const runtimes = [...there].filter((name) => /^holdfast_(?!control_)/.test(name));
    const unused = runtimes.filter((name) => !asked.has(name) && !/_(sum|count)$/.test(name));
    expect(unused).toEqual([]);
  });
});
