import type {
  JsonSchema,
  MediaTypeObject,
  OpenApiDocument,
  ParameterObject,
  ResponseObject,
} from "../openapi/open-api-document.ts";
import { curlLine } from "./curl-line.ts";
import type { PlacedOperation } from "./curl-line.ts";
import { boundsOf, fieldRows, typeOf } from "./field-rows.ts";
import type { FieldRow } from "./field-rows.ts";
import { html } from "./html.ts";
import type { Html } from "./html.ts";
import { renderLine, renderProse } from "./render-prose.ts";

/** Examples longer than this are folded. */
const LONG_EXAMPLE_LINES = 24;

/** Returns an operation's part of the page. */
export function renderOperation(placed: PlacedOperation, document: OpenApiDocument): Html {
  const { path, method, operation } = placed;
  const { operationId, summary, description } = operation;
  const body = operation.requestBody?.content["application/json"];
  return html`<article id="${operationId}">
    <h3>
      ${summary} <a class="anchor" href="#${operationId}" aria-label="Link to ${summary}">#</a>
    </h3>
    <p class="call">
      ${renderMethod(method)} <code>${path}</code> <span class="id">${operationId}</span>
    </p>
    ${renderProse(description)} ${renderParameters(operation.parameters ?? [], document)}
    ${body === undefined ? html`` : renderContent("Body", body, document)}
    ${renderSuccess(placed, document)} ${renderFailures(placed, document)}
    <h4>Call it</h4>
    <pre tabindex="0">${curlLine(placed)}</pre>
  </article>`;
}

/** Returns a method as a coloured label. */
export function renderMethod(method: string): Html {
  return html`<span class="method ${method.toLowerCase()}">${method}</span>`;
}

function renderParameters(
  parameters: NonNullable<PlacedOperation["operation"]["parameters"]>,
  { components }: OpenApiDocument,
): Html {
  if (parameters.length === 0) return html``;
  const rows = parameters
    .map((one): ParameterObject | undefined =>
      "in" in one ? one : components.parameters[one.$ref.slice(one.$ref.lastIndexOf("/") + 1)],
    )
    .filter((one) => one !== undefined)
    .map(({ name, in: place, required, description, schema }) =>
      renderRow({
        path: name,
        type: `${place}, ${typeOf(schema, components.schemas)}`,
        isRequired: required,
        description,
        bounds: boundsOf(schema),
      }),
    );
  return html`<h4>Parameters</h4>
    ${renderTable(rows)}`;
}

function renderSuccess({ operation }: PlacedOperation, document: OpenApiDocument): Html {
  const found = Object.entries(operation.responses).find(([status]) => status.startsWith("2"));
  if (found === undefined) return html``;
  const [status, response] = found;
  if ("$ref" in response) return html``;
  const [content] = Object.values(response.content ?? {});
  const etag =
    response.headers?.["ETag"] === undefined ? html`` : html` It has an <code>ETag</code>.`;
  const title = `Answer ${status}`;
  const about = html`<p>${renderLine(response.description)}${etag}</p>`;
  return content === undefined
    ? html`<h4>${title}</h4>
        ${about}`
    : html`${renderContent(title, content, document, about)}`;
}

function renderFailures({ operation }: PlacedOperation, { components }: OpenApiDocument): Html {
  const failures = Object.entries(operation.responses).flatMap(([status, response]) => {
    if (!("$ref" in response)) return [];
    const name = response.$ref.slice(response.$ref.lastIndexOf("/") + 1);
    return codesOf(components.responses[name]).map(
      (code) =>
        html`<li>
          <a href="#${code}"><code>${code}</code></a> ${status}
        </li>`,
    );
  });
  return html`<h4>Errors</h4>
    <ul class="codes">
      ${failures}
    </ul>`;
}

function codesOf(response: ResponseObject | undefined): readonly string[] {
  return Object.keys(response?.content?.["application/json"]?.examples ?? {});
}

function renderContent(
  title: string,
  { schema, example }: MediaTypeObject,
  { components }: OpenApiDocument,
  about: Html = html``,
): Html {
  const rows = fieldsOf(schema, components.schemas).map(renderRow);
  const table = rows.length === 0 ? html`` : renderTable(rows);
  return html`<h4>${title}</h4>
    ${about}${table}${renderExample(example)}`;
}

/** Of a stream, the fields of its one kind of event. */
function fieldsOf(
  schema: JsonSchema,
  components: Readonly<Record<string, JsonSchema>>,
): readonly FieldRow[] {
  const { anyOf } = schema;
  const [first] = Array.isArray(anyOf) ? (anyOf as readonly JsonSchema[]) : [schema];
  return first === undefined ? [] : fieldRows(first, components);
}

function renderExample(example: unknown): Html {
  const text = typeof example === "string" ? example : JSON.stringify(example, undefined, 2);
  const pre = html`<pre tabindex="0">${text}</pre>`;
  if (text.split("\n").length <= LONG_EXAMPLE_LINES) return pre;
  return html`<details>
    <summary>Example</summary>
    ${pre}
  </details>`;
}

function renderTable(rows: readonly Html[]): Html {
  return html`<div class="table" tabindex="0">
    <table>
      <thead>
        <tr>
          <th>Name</th>
          <th>Type</th>
          <th>Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function renderRow({ path, type, isRequired, description, bounds }: FieldRow): Html {
  const limit = bounds === "" ? html`` : html`<br /><small>${bounds}</small>`;
  const optional = isRequired ? html`` : html`<br /><small>optional</small>`;
  return html`<tr>
    <td><code>${path}</code>${optional}</td>
    <td>${type}${limit}</td>
    <td>${renderLine(description)}</td>
  </tr>`;
}
