import { randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import { REFUSALS } from "./cloudflare-error.ts";
import type { ScriptBinding, ScriptUpload } from "./script-upload.ts";

/** A version of a Worker: code with bindings, which never change. */
export interface ScriptVersion {
  readonly id: string;
  readonly upload: ScriptUpload;
  /** Those of the upload, and those kept from the version before. */
  readonly bindings: readonly ScriptBinding[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A version that was made to answer. */
export interface ScriptDeployment {
  readonly id: string;
  readonly version: ScriptVersion;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A Worker. */
export interface Script {
  readonly name: string;
  /** Cloudflare's id of it. */
  readonly tag: string;
  readonly createdAt: number;
  /** The newest last. */
  readonly versions: ScriptVersion[];
  /** The newest last; the last one answers. */
  readonly deployments: ScriptDeployment[];
  schedules: readonly string[];
  /** Whether it answers under workers.dev, and its previews there. */
  subdomain: { readonly enabled: boolean; readonly previews_enabled: boolean };
  /** Settings that no version has: tags, observability and the like, as they came. */
  settings: Readonly<Record<string, unknown>>;
}

/** The Workers of an account. */
export interface ScriptStore {
  readonly all: ReadonlyMap<string, Script>;
  /** Throws what is refused when there is none. */
  find(name: string): Script;
  /** Adds a version, and the Worker with its first; it does not answer before it is deployed. */
  addVersion(name: string, upload: ScriptUpload): ScriptVersion;
  /** Makes a version answer; throws what is refused when there is none with this id. */
  deploy(name: string, versionId: string): ScriptDeployment;
  /**
   * Deploys a version that differs from the last one in its secrets: `undefined` deletes one. Throws what is
   * refused where the last one does not answer.
   */
  changeSecrets(name: string, secrets: ReadonlyMap<string, string | undefined>): void;
  remove(name: string): void;
}

/** Returns no Workers yet; `hasNamespace` tells which KV namespaces there are. */
export function createScriptStore(
  clock: Clock,
  hasNamespace: (id: string) => boolean,
): ScriptStore {
  const all = new Map<string, Script>();
  const find = (name: string): Script => {
    const script = all.get(name);
    if (script === undefined) throw REFUSALS.scriptUnknown();
    return script;
  };
  const add = (script: Script, upload: ScriptUpload, bindings: readonly ScriptBinding[]) => {
    const version = { id: randomUUID(), upload, bindings, createdAt: clock.now() };
    script.versions.push(version);
    all.set(script.name, script);
    return version;
  };
  const deploy = (script: Script, version: ScriptVersion): ScriptDeployment => {
    const deployment = { id: randomUUID(), version, createdAt: clock.now() };
    script.deployments.push(deployment);
    return deployment;
  };
  return {
    all,
    find,
    addVersion(name, upload) {
      const script = all.get(name) ?? newScript(name, clock.now());
      const bindings = withKept(upload, script.versions.at(-1)?.bindings ?? []);
      assertNamespaces(bindings, hasNamespace);
      return add(script, upload, bindings);
    },
    deploy(name, versionId) {
      const script = find(name);
      const version = script.versions.find(({ id }) => id === versionId);
      if (version === undefined) throw REFUSALS.invalid("there is no such version");
      return deploy(script, version);
    },
    changeSecrets(name, secrets) {
      const script = find(name);
      const latest = script.versions.at(-1);
      if (latest === undefined || latest !== script.deployments.at(-1)?.version) {
        throw REFUSALS.versionNotDeployed();
      }
      deploy(script, add(script, latest.upload, withSecrets(latest.bindings, secrets)));
    },
    remove(name) {
      find(name);
      all.delete(name);
    },
  };
}

function newScript(name: string, createdAt: number): Script {
  return {
    name,
    tag: randomBytes(16).toString("hex"),
    createdAt,
    versions: [],
    deployments: [],
    schedules: [],
    subdomain: { enabled: false, previews_enabled: false },
    settings: {},
  };
}

/** A binding of type `inherit` stands for what was before; types that are kept need not be named. */
function withKept(
  { bindings, keptTypes }: ScriptUpload,
  before: readonly ScriptBinding[],
): readonly ScriptBinding[] {
  const named = new Set(bindings.map(({ name }) => name));
  const own = bindings.map((binding) =>
    binding.type === "inherit" ? inherited(binding, before) : binding,
  );
  return [
    ...own,
    ...before.filter(({ name, type }) => keptTypes.includes(type) && !named.has(name)),
  ];
}

function inherited({ name }: ScriptBinding, before: readonly ScriptBinding[]): ScriptBinding {
  const binding = before.find((other) => other.name === name);
  if (binding === undefined) throw REFUSALS.invalid(`there is no binding ${name} to inherit`);
  return binding;
}

function withSecrets(
  bindings: readonly ScriptBinding[],
  secrets: ReadonlyMap<string, string | undefined>,
): readonly ScriptBinding[] {
  const added = [...secrets].flatMap(([name, text]) =>
    text === undefined ? [] : [{ name, type: "secret_text", text }],
  );
  return [...bindings.filter(({ name }) => !secrets.has(name)), ...added];
}

function assertNamespaces(
  bindings: readonly ScriptBinding[],
  hasNamespace: (id: string) => boolean,
): void {
  for (const { type, name, namespace_id: id } of bindings) {
    if (type === "kv_namespace" && !hasNamespace(String(id))) {
      throw REFUSALS.bindingInvalid(`KV namespace of the binding ${name} is not valid`);
    }
  }
}
