import { encodeBase64, sha256 } from "@holdfast/appstore/crypto";
import { API_ERRORS } from "../errors/api-error-codes.ts";
import type { OpenApiDocument } from "../openapi/open-api-document.ts";
import type { PlacedOperation } from "./curl-line.ts";
import { html, styleElement } from "./html.ts";
import type { Html } from "./html.ts";
import { REFERENCE_STYLE } from "./reference-style.ts";
import { renderMethod, renderOperation } from "./render-operation.ts";
import { renderProse } from "./render-prose.ts";

/** The reference page, and the policy to serve it with. */
export interface ReferencePage {
  /** One page that loads nothing and runs nothing. */
  readonly html: string;
  /** The `Content-Security-Policy` header: the page's own style, by its hash, and nothing else. */
  readonly contentSecurityPolicy: string;
}

/** Returns the document as a page for people: every operation with its fields, examples and a command. */
export async function renderReference(document: OpenApiDocument): Promise<ReferencePage> {
  const hash = await sha256(new TextEncoder().encode(REFERENCE_STYLE));
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${encodeBase64(hash)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  // In a meta element frame-ancestors means nothing; the header has it.
  const meta = policy.replace("; frame-ancestors 'none'", "");
  return { html: renderPage(document, meta).text, contentSecurityPolicy: policy };
}

function renderPage(document: OpenApiDocument, policy: string): Html {
  const { title, version, description } = document.info;
  const groups = document.tags.map(({ name, description: about }) => ({
    name,
    about,
    anchor: anchorOf(name),
    operations: operationsOf(document, name),
  }));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} API ${version}</title>
        ${styleElement(REFERENCE_STYLE)}
      </head>
      <body>
        <nav aria-label="Operations">
          <p class="title"><a href="#top">${title} API</a> <small>${version}</small></p>
          <ul>
            <li><a href="#errors">Errors</a></li>
          </ul>
          ${groups.map(renderGroupLinks)}
        </nav>
        <main id="top">
          <h1>${title} API</h1>
          ${renderProse(description)} ${renderErrors()}
          ${groups.map(
            ({ name, about, anchor, operations }) =>
              html`<section id="${anchor}">
                <h2>${name}</h2>
                <p>${about}</p>
                ${operations.map((placed) => renderOperation(placed, document))}
              </section>`,
          )}
        </main>
      </body>
    </html> `;
}

interface Group {
  readonly name: string;
  readonly anchor: string;
  readonly operations: readonly PlacedOperation[];
}

function renderGroupLinks({ name, anchor, operations }: Group): Html {
  const links = operations.map(
    ({ method, operation: { operationId, summary } }) =>
      html`<li>
        <a href="#${operationId}">${renderMethod(method)}<span>${summary}</span></a>
      </li>`,
  );
  return html`<p class="group"><a href="#${anchor}">${name}</a></p>
    <ul>
      ${links}
    </ul>`;
}

function renderErrors(): Html {
  const rows = Object.entries(API_ERRORS).map(
    ([code, { status, meaning, advice }]) =>
      html`<tr id="${code}">
        <td><code>${code}</code></td>
        <td>${status}</td>
        <td>
          ${renderProse(meaning)}
          <p><small>${advice}</small></p>
        </td>
      </tr>`,
  );
  return html`<section id="errors">
    <h2>Errors</h2>
    <div class="table" tabindex="0">
      <table>
        <thead>
          <tr>
            <th>Code</th>
            <th>Status</th>
            <th>Meaning, and what to do</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

function operationsOf({ paths }: OpenApiDocument, tag: string): readonly PlacedOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, { tags }]) => tags.includes(tag))
      .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
}

function anchorOf(tag: string): string {
  return `group-${tag.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
}
