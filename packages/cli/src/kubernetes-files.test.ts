import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_PORT } from "@holdfast/runtime/node";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { Job } from "kubernetes-models/batch/v1/Job";
import { Ingress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { Service } from "kubernetes-models/v1/Service";
import { describe, expect, test } from "vitest";
import { parse as parseYaml, parseAllDocuments } from "yaml";
import { serve } from "./commands/serve.ts";
import { REGISTRY } from "./registry.ts";
import { createFakeIo } from "./testing/fake-io.ts";
import { withRunning } from "./testing/run.ts";

const KUBERNETES = fileURLToPath(new URL("../../../deploy/kubernetes/", import.meta.url));
const DIRECTORIES = ["control", "runtime", "upgrade"] as const;

/** What can be checked of a kind. */
interface Model {
  validate(): void;
}

const MODELS: Readonly<Record<string, new (data: never) => Model>> = {
  Deployment,
  StatefulSet,
  HorizontalPodAutoscaler,
  Job,
  Ingress,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
};

type Labels = Readonly<Record<string, string>>;

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly mountPath: string; readonly readOnly?: boolean }[];
}

interface PodSpec {
  readonly terminationGracePeriodSeconds?: number;
  readonly enableServiceLinks: boolean;
  readonly securityContext: object;
  readonly containers: readonly [Container];
  readonly volumes: readonly {
    readonly secret?: { readonly secretName: string; readonly items?: readonly { key: string }[] };
  }[];
}

/** As far as it is looked at here; its kind's model holds the rest. */
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly selector?: Labels | { readonly matchLabels: Labels };
    readonly podSelector?: { readonly matchLabels: Labels };
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
    readonly serviceName?: string;
    readonly ports?: readonly { readonly targetPort: string }[];
    readonly egress?: readonly { readonly ports: readonly { readonly port: number }[] }[];
    readonly template?: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: PodSpec;
    };
    readonly rules?: readonly {
      readonly http: {
        readonly paths: readonly {
          readonly backend: { readonly service: { readonly name: string } };
        }[];
      };
    }[];
  };
}

async function readManifests(directory: string): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const name of await readdir(join(KUBERNETES, directory))) {
    if (!name.endsWith(".yaml") || ["kustomization.yaml", "holdfast.yaml"].includes(name)) continue;
    const text = await readFile(join(KUBERNETES, directory, name), "utf8");
    // Checked below, against the models.
    for (const document of parseAllDocuments(text)) manifests.push(document.toJS() as Manifest);
  }
  return manifests;
}

const all = (await Promise.all(DIRECTORIES.map(readManifests))).flat();
const pods = all.flatMap(({ metadata, spec }) =>
  spec.template === undefined ? [] : [{ name: metadata.name, ...spec.template }],
);
const servers = pods.filter(({ spec }) => spec.containers[0].args[0] === "serve");

function isValid(kind: string, manifest: object): boolean {
  const model = MODELS[kind];
  if (model === undefined) throw new Error(`no model of ${kind}`);
  try {
    // What it is, is what is to be found out.
    new model(manifest as never).validate();
    return true;
  } catch {
    return false;
  }
}

/** Returns copies in each of which one value is of a kind that is nowhere right. */
function spoiled(value: unknown): unknown[] {
  if (Array.isArray(value) && value.length > 0) {
    const items: readonly unknown[] = value;
    return items.flatMap((item, index) => spoiled(item).map((bad) => items.with(index, bad)));
  }
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
    return [typeof value === "object" ? "spoiled" : [["spoiled"]]];
  }
  return Object.entries(value).flatMap(([key, item]) =>
    spoiled(item).map((bad) => replaced(value, key, bad)),
  );
}

/** Which pods something is for; a service has the labels alone. */
function selectorOf({ spec: { selector, podSelector } }: Manifest): Labels | undefined {
  if (podSelector !== undefined) return podSelector.matchLabels;
  // A label of this name would be a text.
  if (typeof selector?.["matchLabels"] === "object") return selector["matchLabels"];
  return selector as Labels | undefined;
}

function replaced(object: object, key: string, value: unknown): object {
  return { ...object, [key]: value };
}

describe.each(all.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest]))(
  "%s",
  // oxlint-disable-next-line vitest/valid-describe-callback -- its title stands before it
  (_, manifest) => {
    test("is what Kubernetes takes", () => {
      expect(isValid(manifest.kind, manifest)).toBe(true);
    });

    test("says nothing that Kubernetes does not know", () => {
      // Unknown members are let through; one that can be anything is unknown.
      const { metadata, spec } = manifest;
      const unheeded = [
        ...spoiled(metadata).map((bad) => replaced(manifest, "metadata", bad)),
        ...spoiled(spec).map((bad) => replaced(manifest, "spec", bad)),
      ].filter((one) => isValid(manifest.kind, one));
      expect(unheeded).toEqual([]);
    });
  },
);

describe("the manifests", () => {
  test("are all named by their kustomization, and run the image that it names", async () => {
    for (const directory of DIRECTORIES) {
      const text = await readFile(join(KUBERNETES, directory, "kustomization.yaml"), "utf8");
      // Ours.
      const { resources, images } = parseYaml(text) as {
        readonly resources: readonly string[];
        readonly images: readonly { readonly name: string }[];
      };
      const files = (await readdir(join(KUBERNETES, directory))).filter(
        (name) => name.endsWith(".yaml") && !["kustomization.yaml", "holdfast.yaml"].includes(name),
      );
      expect(resources.toSorted()).toEqual(files.toSorted());
      const manifests = await readManifests(directory);
      const run = manifests.flatMap(({ spec }) => spec.template?.spec.containers[0].image ?? []);
      expect(new Set(run)).toEqual(new Set(images.map(({ name }) => name)));
    }
  });

  test("choose pods that there are", () => {
    const labels = pods.map(({ metadata }) => metadata.labels);
    const chosen = all.map(selectorOf).filter((selector) => selector !== undefined);
    expect(chosen.length).toBeGreaterThan(6);
    for (const selector of chosen) expect(labels).toContainEqual(selector);
  });

  test("name services and workloads that there are", () => {
    const named = (kind: string) =>
      all.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
    const services = all.flatMap(({ spec }) => [
      ...(spec.serviceName === undefined ? [] : [spec.serviceName]),
      ...(spec.rules ?? []).flatMap(({ http }) =>
        http.paths.map(({ backend }) => backend.service.name),
      ),
    ]);
    expect(services).toHaveLength(3);
    expect(named("Service")).toEqual(expect.arrayContaining(services));
    const targets = all.flatMap(({ spec }) => spec.scaleTargetRef ?? []);
    expect(targets).toHaveLength(1);
    for (const { kind, name } of targets) expect(named(kind)).toContain(name);
  });

  test("let the control plane reach what it asks: by plain http OCSP responders, too", () => {
    const policies = all.filter(({ kind }) => kind === "NetworkPolicy");
    const control = policies.find(({ metadata }) => metadata.name === "holdfast-control");
    const ports = control?.spec.egress?.flatMap((one) => one.ports.map(({ port }) => port));
    expect(new Set(ports)).toEqual(new Set([53, 80, 443, 5432]));
  });

  test("send to the port that the program listens on", () => {
    const names = servers.flatMap(({ spec }) => spec.containers[0].ports ?? []);
    expect(names).toEqual(servers.map(() => ({ name: "http", containerPort: DEFAULT_PORT })));
    const targets = all.flatMap(({ kind, spec }) => (kind === "Service" ? (spec.ports ?? []) : []));
    expect(new Set(targets.map(({ targetPort }) => targetPort))).toEqual(new Set(["http"]));
  });
});

describe.each(pods.map((pod) => [pod.name, pod.spec] as const))("%s", (_, spec) => {
  const [container] = spec.containers;
  const variables = new Map(container.env.map(({ name, value }) => [name, value]));

  test("runs a command that there is, with variables that it reads", () => {
    const [command = ""] = container.args;
    expect(REGISTRY.map(({ path }) => path.join(" "))).toContain(command);
    const known = new Set(serve.options?.map(({ env }) => env));
    const read = (name: string): boolean =>
      known.has(name) ||
      /^HOLDFAST_(DATABASE_URL|MASTER_KEY|(RUNTIME|OPS)_(SECRET|TOKEN))_FILE$/.test(name);
    expect([...variables.keys()].filter((name) => !read(name))).toEqual([]);
    // Or a service's name becomes one of them.
    expect(spec.enableServiceLinks).toBe(false);
  });

  test("is given as files exactly the secrets that its variables name", async () => {
    const named = [...variables]
      .filter(([name]) => name.endsWith("_FILE"))
      .map(([, path]) => path.replace("/run/secrets/holdfast/", ""));
    const made = await appliedSecrets();
    const [{ secretName, items } = { secretName: "", items: undefined }] = spec.volumes.flatMap(
      ({ secret }) => secret ?? [],
    );
    const given = items?.map(({ key }) => key) ?? made.get(secretName) ?? [];
    expect(given.length).toBeGreaterThan(0);
    expect(named.toSorted()).toEqual(given.toSorted());
    expect(made.get(secretName)).toEqual(expect.arrayContaining([...given]));
  });

  test("is the image's user, and writes to what it must alone", () => {
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    const writable = container.volumeMounts.filter(({ readOnly }) => readOnly !== true);
    const needed = container.args[0] === "serve" ? ["/tmp", "/var/lib/holdfast"] : ["/tmp"];
    expect(writable.map(({ mountPath }) => mountPath).toSorted()).toEqual(needed);
  });
});

describe.each(servers.map((pod) => [pod.name, pod.spec] as const))("%s", (_, spec) => {
  const [{ env, startupProbe, readinessProbe, livenessProbe }] = spec.containers;

  test("is given the time that it may take to end", () => {
    const ANSWERS_AND_JOBS = 20;
    const needed =
      secondsOf(env, "HOLDFAST_SHUTDOWN_DELAY") +
      secondsOf(env, "HOLDFAST_SHUTDOWN_FLUSH") +
      ANSWERS_AND_JOBS;
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(needed);
  });

  test("is asked what the program answers", async () => {
    await using io = await createFakeIo();
    await withRunning(io, "serve --port 0 --role control", async ({ url }) => {
      for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
        const path = probe?.httpGet.path ?? "";
        expect([path, (await fetch(`${String(url)}${path}`)).status]).toEqual([path, 200]);
      }
    });
  });
});

function secondsOf(env: Container["env"], variable: string): number {
  const [DELAY, FLUSH] = [0, 3];
  const byDefault = variable === "HOLDFAST_SHUTDOWN_DELAY" ? DELAY : FLUSH;
  return Number(env.find(({ name }) => name === variable)?.value ?? byDefault);
}

/** Runs the script with a `kubectl` that only writes down what it is asked, and returns each secret's keys. */
async function appliedSecrets(): Promise<ReadonlyMap<string, readonly string[]>> {
  await using io = await createFakeIo();
  const [bin, secrets] = [join(io.cwd, "bin"), join(io.cwd, "secrets")];
  await mkdir(bin);
  await mkdir(secrets);
  await writeFile(join(secrets, "runtime-token"), "hf_x\n");
  await writeFile(join(bin, "kubectl"), `#!/bin/sh\necho "$@" >>"${io.cwd}/asked"\n`);
  await chmod(join(bin, "kubectl"), 0o755);
  const script = join(KUBERNETES, "apply-secrets.sh");
  execFileSync("sh", [script, secrets], { env: { PATH: `${bin}:${process.env["PATH"] ?? ""}` } });
  const asked = await readFile(join(io.cwd, "asked"), "utf8");
  const made = asked.matchAll(/create secret generic (\S+) (.*) --dry-run/g);
  return new Map(
    [...made].map(([, name = "", files = ""]) => [
      name,
      files.split(" ").map((file) => file.replace(`--from-file=${secrets}/`, "")),
    ]),
  );
}
