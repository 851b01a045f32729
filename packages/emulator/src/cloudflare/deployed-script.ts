import type { Script } from "./script-store.ts";
import type { ScriptBinding } from "./script-upload.ts";

/** A Worker as it answers: what a workerd needs to run it. */
export interface DeployedScript {
  readonly name: string;
  readonly versionId: string;
  /** How many versions of it were uploaded; a change of its secrets is one. */
  readonly versions: number;
  readonly mainModule: string;
  /** The main module. */
  readonly code: string;
  /** All modules by name, the main one among them. */
  readonly modules: ReadonlyMap<string, Uint8Array>;
  readonly compatibilityDate: string | undefined;
  readonly compatibilityFlags: readonly string[];
  /** Variables by name: texts, and JSON as text. */
  readonly variables: Readonly<Record<string, string>>;
  /** Secrets by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The ids of its namespaces by the names of their bindings. */
  readonly namespaces: Readonly<Record<string, string>>;
  /** The names of the queues it sends to, by the names of their bindings. */
  readonly queues: Readonly<Record<string, string>>;
  /** Cron expressions, like `0 * * * *`. */
  readonly schedules: readonly string[];
  /** Whether it answers under workers.dev. */
  readonly onWorkersDev: boolean;
}

/** Returns a Worker as it answers; undefined when no version was deployed. */
export function deployedScript(script: Script): DeployedScript | undefined {
  const version = script.deployments.at(-1)?.version;
  if (version === undefined) return undefined;
  const { mainModule, modules, compatibilityDate, compatibilityFlags } = version.upload;
  const contents = new Map(modules.map(({ name, content }) => [name, content]));
  const texts = (type: string, member: string) => textsOf(version.bindings, type, member);
  return {
    name: script.name,
    versionId: version.id,
    versions: script.versions.length,
    mainModule,
    code: new TextDecoder().decode(contents.get(mainModule)),
    modules: contents,
    compatibilityDate,
    compatibilityFlags,
    variables: { ...texts("plain_text", "text"), ...texts("json", "json") },
    secrets: texts("secret_text", "text"),
    namespaces: texts("kv_namespace", "namespace_id"),
    queues: texts("queue", "queue_name"),
    schedules: script.schedules,
    onWorkersDev: script.subdomain.enabled,
  };
}

function textsOf(
  bindings: readonly ScriptBinding[],
  type: string,
  member: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    bindings
      .filter((binding) => binding.type === type)
      .map((binding) => [binding.name, asText(binding[member])]),
  );
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
