import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse as parseYaml, parseAllDocuments } from "yaml";
import { readSteps } from "../../../e2e/documented-steps.ts";
import { REPOSITORY } from "./testing/documentation-pages.ts";

const read = (path: string): Promise<string> => readFile(join(REPOSITORY, path), "utf8");

const page = await read("docs/scaling-out.md");
const lines = readSteps(page).flatMap(({ commands }) => commands);

/** What the page has its reader make. */
const MADE = new Set([
  "deploy/compose/.env",
  "deploy/compose/runtime-apps.yaml",
  "deploy/kubernetes/runtime/holdfast.yaml",
]);

function isThere(path: string): Promise<boolean> {
  return access(join(REPOSITORY, path)).then(
    () => true,
    () => false,
  );
}

test("docs/scaling-out.md names files that there are, or that it makes and git leaves out", async () => {
  const named = new Set(Array.from(page.matchAll(/\bdeploy\/[\w./-]*\w/g), ([path]) => path));
  expect(named.size).toBeGreaterThan(8);
  const ignored = (await read(".gitignore")).split("\n");
  expect(ignored).toEqual(expect.arrayContaining([...MADE].map((path) => `/${path}`)));
  for (const path of named) {
    expect([path, MADE.has(path) || (await isThere(path))]).toEqual([path, true]);
  }
});

test("docs/scaling-out.md starts services of its compose file alone, and upgrades each of them", async () => {
  // Ours.
  const compose = parseYaml(await read("deploy/compose/compose.yaml"), { merge: true }) as {
    readonly services: Readonly<
      Record<string, { readonly environment?: Readonly<Record<string, string>> }>
    >;
  };
  const started = lines
    .filter((line) => line.startsWith("docker compose "))
    .flatMap((line) => line.split(" up ")[1]?.split(" ") ?? [])
    .filter((word) => !word.startsWith("--"));
  expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(started));
  const upgraded = [...page.matchAll(/--no-deps ([\w-]+)/g)].map(([, name]) => name);
  const servers = Object.entries(compose.services).filter(([, { environment }]) =>
    ["control", "runtime"].includes(environment?.["HOLDFAST_ROLE"] ?? ""),
  );
  expect(upgraded).toEqual(servers.map(([name]) => name));
});

test("docs/scaling-out.md asks kubectl for what the manifests make", async () => {
  const files = ["control/control.yaml", "runtime/runtime.yaml", "upgrade/job.yaml"];
  const texts = await Promise.all(files.map((file) => read(`deploy/kubernetes/${file}`)));
  const made = texts.flatMap((text) =>
    parseAllDocuments(text).map((document) => {
      // Checked by a test of their own.
      const { kind, metadata } = document.toJS() as { kind: string; metadata: { name: string } };
      return `${kind.toLowerCase()}/${metadata.name}`;
    }),
  );
  const named = lines
    .filter((line) => line.startsWith("kubectl "))
    .flatMap((line) =>
      Array.from(line.matchAll(/\b(?:job|deployment|statefulset)[/ ][\w-]+/g), ([name]) =>
        name.replace(" ", "/"),
      ),
    );
  expect(named.length).toBeGreaterThan(4);
  expect(made).toEqual(expect.arrayContaining(named));
});

test("docs/scaling-out.md tells the proxy's times, and commands of this repository", async () => {
  const rules = await read("deploy/compose/nginx/answering.conf");
  const [, connect, answer, again] =
    /(\d+) ms to connect, (\d+) ms to answer, and no second try begins after (\d+) ms/.exec(page) ??
    [];
  for (const [name, ms] of [
    ["proxy_connect_timeout", connect],
    ["proxy_read_timeout", answer],
    ["proxy_next_upstream_timeout", again],
  ]) {
    expect(rules).toContain(`${name} ${ms}ms;`);
  }
  // npm's own file.
  const { scripts } = JSON.parse(await read("package.json")) as { readonly scripts: object };
  const run = lines.flatMap((line) => /^npm run (\S+)/.exec(line)?.[1] ?? []);
  expect(run.length).toBeGreaterThan(0);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(run));
});
