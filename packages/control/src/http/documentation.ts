import { TAGS } from "@holdfast/api";
import { createOpenApi, renderReference } from "@holdfast/api/server";
import { operationsOf } from "./feature.ts";
import type { Feature, Page } from "./feature.ts";

/** What is documented. */
export interface DocumentationOptions {
  /** The features that are served: what is not, is not promised. */
  readonly features: readonly Feature[];
  /** The release, like `1.2.3`. */
  readonly version: string;
}

/**
 * Returns the pages that document the operations of features: `/openapi.json`, and `/reference` for people,
 * where `/` leads. Both are made once; they hold nothing of this installation and need no sign-in.
 *
 * @throws UsageError `SCHEMA_NAME_TAKEN`, `OPERATION_TWICE`
 */
export async function createDocumentation(options: DocumentationOptions): Promise<Feature> {
  const { features, version } = options;
  const operations = operationsOf(features).map(({ route }) => route);
  const served = new Set(operations.map(({ tag }) => tag));
  const tags = Object.fromEntries(Object.entries(TAGS).filter(([name]) => served.has(name)));
  const document = createOpenApi(operations, { version, tags });
  const { html, contentSecurityPolicy } = await renderReference(document);
  return {
    operations: [],
    pages: [
      // Whoever comes with a browser and no path in mind.
      { path: "/", respond: () => redirect("/reference") },
      page("/openapi.json", JSON.stringify(document), {
        "Content-Type": "application/json; charset=utf-8",
      }),
      page("/reference", html, {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": contentSecurityPolicy,
        "Referrer-Policy": "no-referrer",
      }),
    ],
  };
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { Location: location } });
}

function page(path: Page["path"], body: string, headers: Readonly<Record<string, string>>): Page {
  const all = { "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", ...headers };
  return { path, respond: () => new Response(body, { headers: all }) };
}
