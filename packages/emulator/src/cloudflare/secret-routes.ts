import type { ApiRoute } from "./api-route.ts";
import { REFUSALS } from "./cloudflare-error.ts";
import { membersOf, readJson } from "./json-body.ts";
import type { Script, ScriptStore } from "./script-store.ts";

/**
 * Returns the operations on the secrets of a Worker, which `wrangler secret put|list|delete|bulk` call. They
 * answer names, and never what is secret.
 *
 * @see https://developers.cloudflare.com/workers/configuration/secrets/
 */
export function secretRoutes(store: ScriptStore): readonly ApiRoute[] {
  const permission = "scripts";
  const secrets = "workers/scripts/:script/secrets";
  return [
    {
      method: "GET",
      path: secrets,
      permission,
      answer: (call) => ({ result: describeSecrets(store.find(call.param("script"))) }),
    },
    {
      method: "PUT",
      path: secrets,
      permission,
      async answer(call) {
        const { name, text } = parseSecret(await readJson(call.request));
        store.changeSecrets(call.param("script"), new Map([[name, text]]));
        return { result: { name, type: "secret_text" } };
      },
    },
    {
      method: "DELETE",
      path: `${secrets}/:secret`,
      permission,
      answer(call) {
        const [script, secret] = [call.param("script"), call.param("secret")];
        const isThere = describeSecrets(store.find(script)).some(({ name }) => name === secret);
        if (!isThere) throw REFUSALS.secretUnknown();
        store.changeSecrets(script, new Map([[secret, undefined]]));
        return { result: null };
      },
    },
    {
      method: "PATCH",
      path: "workers/scripts/:script/secrets-bulk",
      permission,
      async answer(call) {
        const script = call.param("script");
        const wanted = Object.entries(
          membersOf(membersOf(await readJson(call.request))["secrets"]),
        );
        const changes = wanted.map(
          ([name, secret]) =>
            [name, secret === null ? undefined : parseSecret(secret).text] as const,
        );
        store.changeSecrets(script, new Map(changes));
        return { result: describeSecrets(store.find(script)) };
      },
    },
  ];
}

function parseSecret(value: unknown): { readonly name: string; readonly text: string } {
  const { name, text } = membersOf(value);
  if (typeof name === "string" && typeof text === "string") return { name, text };
  throw REFUSALS.invalid("a secret must have a name and a text");
}

function describeSecrets({ versions }: Script) {
  return (versions.at(-1)?.bindings ?? [])
    .filter(({ type }) => type === "secret_text")
    .map(({ name, type }) => ({ name, type }));
}
