import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createControlMetrics } from "@holdfast/control/metrics";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { openTestDatabase, SQLITE } from "../../control/src/storage/testing/engines.ts";
import { createFakeIo } from "./testing/fake-io.ts";
import { withRunning } from "./testing/run.ts";

const DEPLOY = fileURLToPath(new URL("../../../deploy", import.meta.url));

/** The names of a scrape's series; a histogram has three of each. */
function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
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

/** PostgreSQL's alone are shown. */
const connections = () => ({ used: 0, idle: 0, waiting: 0 });

async function scrapeAll(): Promise<ReadonlySet<string>> {
  await using io = await createFakeIo();
  const runtime = await withRunning(io, "serve --port 0", async ({ url }) =>
    (await fetch(`${String(url)}/metrics`)).text(),
  );
  const database = await openTestDatabase(SQLITE);
  const control = createControlMetrics({ database: { ...database, connections } });
  const { body } = await control.render();
  return new Set([...namesIn(runtime), ...namesIn(body)]);
}

async function queriesOfAlerts(): Promise<readonly string[]> {
  // Ours; that it has rules is checked below.
  const { groups } = parseYaml(await readFile(join(DEPLOY, "prometheus/alerts.yaml"), "utf8")) as {
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
  const { panels, templating } = JSON.parse(
    await readFile(join(DEPLOY, "grafana/holdfast.json"), "utf8"),
  ) as {
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

test("what alerts and dashboard ask for is there in a real scrape, and all of the runtime's is asked for", async () => {
  const there = await scrapeAll();
  const queries = [...(await queriesOfAlerts()), ...(await queriesOfDashboard())];
  const asked = new Set(queries.flatMap(namesAsked));
  expect([...asked].filter((name) => !there.has(name))).toEqual([]);
  // Each query asks for something, and everything of ours that can go wrong is asked for.
  expect(queries.filter((query) => namesAsked(query).length === 0)).toEqual([]);
  const runtimes = [...there].filter((name) => /^holdfast_(?!control_)/.test(name));
  const unused = runtimes.filter((name) => !asked.has(name) && !/_(sum|count)$/.test(name));
  expect(unused).toEqual([]);
});
