import { TAGS } from "@holdfast/api";
import { createOpenApi, renderReference } from "@holdfast/api/server";
import { operationsOf } from "./feature.ts";
import type { Feature } from "./feature.ts";

/** What is documented. */
export interface DocumentationOptions {
  /** The features that are served: what is not, is not promised. */
  readonly features: readonly Feature[];
  /** The release, like `1.2.3`. */
  readonly version: string;
}

/**
 * Returns the pages that document the operations of features: `/openapi.json`, and `/reference` for people,
 * where `/` leads. Each is made when it is first asked for, which takes a moment, and kept; they hold
 * nothing of this installation and need no sign-in.
 */
export function createDocumentation(options: DocumentationOptions): Feature {
  const document = once(() => documentOf(options));
  const reference = once(() => renderReference(document()));
  return {
    operations: [],
    pages: [
      // Whoever comes with a browser and no path in mind.
      { path: "/", respond: () => redirect("/reference") },
      {
        path: "/openapi.json",
        respond: () =>
          page(JSON.stringify(document()), { "Content-Type": "application/json; charset=utf-8" }),
      },
      {
        path: "/reference",
        async respond() {
          const { html, contentSecurityPolicy } = await reference();
          return page(html, {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": contentSecurityPolicy,
            "Referrer-Policy": "no-referrer",
          });
        },
      },
    ],
  };
}

function documentOf({ features, version }: DocumentationOptions): ReturnType<typeof createOpenApi> {
  const operations = operationsOf(features).map(({ route }) => route);
  const served = new Set(operations.map(({ tag }) => tag));
  const tags = Object.fromEntries(Object.entries(TAGS).filter(([name]) => served.has(name)));
  return createOpenApi(operations, { version, tags });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { Location: location } });
}

function page(body: string, headers: Readonly<Record<string, string>>): Response {
  const all = { "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", ...headers };
  return new Response(body, { headers: all });
}
