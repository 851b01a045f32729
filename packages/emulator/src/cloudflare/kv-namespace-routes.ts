import { randomBytes } from "node:crypto";
import type { ApiRoute } from "./api-route.ts";
import { REFUSALS } from "./cloudflare-error.ts";
import { membersOf, readJson } from "./json-body.ts";
import { createKvNamespace, type KvNamespace, type KvWorld } from "./kv-namespace.ts";
import type { KvNamespaces } from "./kv-routes.ts";

/** The namespaces of an account, which can grow. */
export interface GrowingKvNamespaces extends KvNamespaces {
  /** Adds an empty one; throws what is refused when its title is taken. */
  add(title: string, id?: string): KvNamespace;
}

/** Returns no namespaces yet. */
export function createKvNamespaces(world: KvWorld): GrowingKvNamespaces {
  const all = new Map<string, KvNamespace>();
  return {
    all,
    find(id) {
      const namespace = all.get(id);
      if (namespace === undefined) throw REFUSALS.namespaceUnknown();
      return namespace;
    },
    add(title, id = randomBytes(16).toString("hex")) {
      const isTaken = [...all.values()].some((namespace) => namespace.title === title);
      if (isTaken) throw REFUSALS.namespaceExists();
      const namespace = createKvNamespace(id, title, world);
      all.set(id, namespace);
      return namespace;
    },
  };
}

/**
 * Returns the operations that make and list namespaces.
 *
 * @see https://developers.cloudflare.com/api/resources/kv/subresources/namespaces/
 */
export function kvNamespaceRoutes(namespaces: GrowingKvNamespaces): readonly ApiRoute[] {
  const permission = "kv";
  return [
    {
      method: "GET",
      path: "storage/kv/namespaces",
      permission,
      answer({ query }) {
        const page = Number(query.get("page") ?? 1);
        const perPage = Number(query.get("per_page") ?? 20);
        const all = [...namespaces.all.values()].map(describe);
        const result = all.slice((page - 1) * perPage, page * perPage);
        const counts = { count: result.length, total_count: all.length };
        return { result, resultInfo: { page, per_page: perPage, ...counts } };
      },
    },
    {
      method: "POST",
      path: "storage/kv/namespaces",
      permission,
      async answer({ request }) {
        const { title } = membersOf(await readJson(request));
        if (typeof title !== "string" || title === "") throw REFUSALS.invalid("title is required");
        return { result: describe(namespaces.add(title)) };
      },
    },
    {
      method: "GET",
      path: "storage/kv/namespaces/:namespace",
      permission,
      answer: (call) => ({ result: describe(namespaces.find(call.param("namespace"))) }),
    },
  ];
}

function describe({ id, title }: KvNamespace) {
  return { id, title, supports_url_encoding: true };
}
