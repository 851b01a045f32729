import type { ApiRoute } from "./api-route.ts";
import { REFUSALS } from "./cloudflare-error.ts";
import { membersOf, readJson } from "./json-body.ts";
import type { Script, ScriptDeployment, ScriptStore, ScriptVersion } from "./script-store.ts";
import { readUpload } from "./script-upload.ts";

/** The part of workers.dev that the account has. */
const ACCOUNT_SUBDOMAIN = "local-double";

/** Who made every version. */
const AUTHOR = "somebody@example.com";

/**
 * Returns the operations on Workers that `wrangler deploy`, `deployments status` and `delete` call, no more.
 *
 * @see https://developers.cloudflare.com/api/resources/workers/subresources/scripts/
 * @see https://developers.cloudflare.com/workers/configuration/versions-and-deployments/
 */
export function scriptRoutes(store: ScriptStore): readonly ApiRoute[] {
  const permission = "scripts";
  const script = "workers/scripts/:script";
  return [
    {
      method: "GET",
      path: "workers/scripts",
      permission,
      answer: () => ({ result: [...store.all.values()].map(describeScript) }),
    },
    {
      method: "PUT",
      path: script,
      permission,
      async answer(call) {
        const name = call.param("script");
        const version = store.addVersion(name, await readUpload(call));
        store.deploy(name, version.id);
        const ids = { id: name, tag: store.find(name).tag, deployment_id: version.id };
        return { result: { ...ids, etag: etagOf(version), startup_time_ms: 1 } };
      },
    },
    // As a service and as a script.
    ...["workers/services/:script", script].map((path): ApiRoute => ({
      method: "DELETE",
      path,
      permission,
      answer(call) {
        store.remove(call.param("script"));
        return { result: null };
      },
    })),
    {
      method: "POST",
      path: `${script}/versions`,
      permission,
      async answer(call) {
        const name = call.param("script");
        store.find(name);
        return { result: describeVersion(store.addVersion(name, await readUpload(call))) };
      },
    },
    {
      method: "GET",
      path: `${script}/versions`,
      permission,
      answer(call) {
        const { versions } = store.find(call.param("script"));
        return { result: { items: versions.toReversed().map(describeVersion) } };
      },
    },
    {
      method: "GET",
      path: `${script}/versions/:version`,
      permission,
      answer(call) {
        const id = call.param("version");
        const version = store.find(call.param("script")).versions.find((one) => one.id === id);
        if (version === undefined) throw REFUSALS.invalid("there is no such version");
        return { result: describeVersion(version) };
      },
    },
    {
      method: "GET",
      path: `${script}/deployments`,
      permission,
      answer(call) {
        const { deployments } = store.find(call.param("script"));
        return { result: { deployments: deployments.toReversed().map(describeDeployment) } };
      },
    },
    {
      method: "POST",
      path: `${script}/deployments`,
      permission,
      async answer(call) {
        const { versions } = membersOf(await readJson(call.request));
        const all: readonly unknown[] = Array.isArray(versions) ? versions : [];
        const { version_id: id, percentage } = membersOf(all[0]);
        if (all.length !== 1 || typeof id !== "string" || percentage !== 100) {
          throw REFUSALS.invalid("this double deploys one version to all requests");
        }
        return { result: describeDeployment(store.deploy(call.param("script"), id)) };
      },
    },
    {
      method: "GET",
      path: `${script}/settings`,
      permission,
      answer(call) {
        const { versions, settings } = store.find(call.param("script"));
        return { result: { ...settings, bindings: publicBindings(versions.at(-1)) } };
      },
    },
    {
      method: "PATCH",
      path: `${script}/script-settings`,
      permission,
      async answer(call) {
        const found = store.find(call.param("script"));
        found.settings = { ...found.settings, ...membersOf(await readJson(call.request)) };
        return { result: found.settings };
      },
    },
    {
      method: "GET",
      path: "workers/services/:script",
      permission,
      answer(call) {
        const found = store.all.get(call.param("script"));
        if (found === undefined) throw REFUSALS.serviceUnknown();
        const environment = { environment: "production", script: describeScript(found) };
        return { result: { id: found.name, default_environment: environment } };
      },
    },
    ...triggerRoutes(store),
  ];
}

/** When and where a Worker is called. */
function triggerRoutes(store: ScriptStore): readonly ApiRoute[] {
  const permission = "scripts";
  return [
    {
      method: "GET",
      path: "workers/subdomain",
      permission,
      answer: () => ({ result: { subdomain: ACCOUNT_SUBDOMAIN } }),
    },
    {
      method: "GET",
      path: "workers/workers/:script",
      permission,
      answer(call) {
        const { name, tag, subdomain } = store.find(call.param("script"));
        return { result: { id: tag, name, subdomain } };
      },
    },
    {
      method: "POST",
      path: "workers/scripts/:script/subdomain",
      permission,
      async answer(call) {
        const found = store.find(call.param("script"));
        const { enabled, previews_enabled: previews } = membersOf(await readJson(call.request));
        found.subdomain = { enabled: enabled === true, previews_enabled: previews === true };
        return { result: found.subdomain };
      },
    },
    {
      method: "GET",
      path: "workers/scripts/:script/schedules",
      permission,
      answer: (call) => ({ result: describeSchedules(store.find(call.param("script"))) }),
    },
    {
      method: "PUT",
      path: "workers/scripts/:script/schedules",
      permission,
      async answer(call) {
        const found = store.find(call.param("script"));
        const wanted = await readJson(call.request);
        if (!Array.isArray(wanted)) throw REFUSALS.invalid("expected an array of schedules");
        found.schedules = wanted.map((schedule) => String(membersOf(schedule)["cron"]));
        return { result: describeSchedules(found) };
      },
    },
  ];
}

function describeSchedules({ schedules }: Script) {
  return { schedules: schedules.map((cron) => ({ cron })) };
}

function describeScript({ name, tag, createdAt, versions, settings }: Script) {
  return {
    id: name,
    tag,
    tags: settings["tags"] ?? null,
    created_on: dateOf(createdAt),
    modified_on: dateOf(versions.at(-1)?.createdAt ?? createdAt),
    last_deployed_from: "wrangler",
  };
}

function describeVersion(version: ScriptVersion) {
  const { id, createdAt, upload } = version;
  return {
    id,
    metadata: { created_on: dateOf(createdAt), author_email: AUTHOR, source: "wrangler" },
    annotations: membersOf(upload.metadata["annotations"]),
    resources: { script: { etag: etagOf(version) }, bindings: publicBindings(version) },
    startup_time_ms: 1,
  };
}

function describeDeployment({ id, version, createdAt }: ScriptDeployment) {
  return {
    id,
    source: "wrangler",
    strategy: "percentage",
    author_email: AUTHOR,
    created_on: dateOf(createdAt),
    annotations: membersOf(version.upload.metadata["annotations"]),
    versions: [{ version_id: version.id, percentage: 100 }],
  };
}

/** A secret goes in, and never out. */
function publicBindings(version: ScriptVersion | undefined) {
  return (version?.bindings ?? []).map((binding) =>
    binding.type === "secret_text" ? { name: binding.name, type: binding.type } : binding,
  );
}

function etagOf({ id }: ScriptVersion): string {
  return id.replaceAll("-", "");
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString();
}
