import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { defineRoute } from "../contract/define-route.ts";
import { API_ERRORS } from "../errors/api-error-codes.ts";
import { appId } from "../fields/identifiers.ts";
import { open, strict } from "../fields/object-fields.ts";
import { text } from "../fields/text-fields.ts";
import { createOpenApi } from "../openapi/create-open-api.ts";
import { routes, TAGS } from "../resources/routes.ts";
import { renderReference } from "./render-reference.ts";

const document = createOpenApi(Object.values(routes), { version: "1.2.3", tags: TAGS });
const page = await renderReference(document);

const HOSTILE = `<img src=x onerror="a()">'&\u0060`;

/** The values of an attribute, wherever it is. */
function attributes(html: string, name: string): readonly string[] {
  return [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map(([, value]) => value ?? "");
}

describe("renderReference()", () => {
  test("has every operation under its own anchor, and every error", () => {
    const anchors = new Set(attributes(page.html, "id"));
    const wanted = [...Object.keys(routes), ...Object.keys(API_ERRORS)];
    expect(wanted.filter((anchor) => !anchors.has(anchor))).toEqual([]);
    expect(attributes(page.html, "id").length).toBe(anchors.size);
  });

  test("links only to what is on the page, and loads nothing", () => {
    const anchors = new Set(attributes(page.html, "id").map((anchor) => `#${anchor}`));
    expect(attributes(page.html, "href").filter((link) => !anchors.has(link))).toEqual([]);
    expect(page.html).not.toMatch(/<(script|link|img|iframe|base|form)\b|\bsrc=|\bon\w+=| style=/);
  });

  test("allows its own style by its hash, and nothing else", () => {
    const styles = [...page.html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
      ([, css]) => css ?? "",
    );
    const [hash, ...more] = styles.map((css) => createHash("sha256").update(css).digest("base64"));
    expect(more).toEqual([]);
    expect(page.contentSecurityPolicy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    const inPage = `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`;
    expect(attributes(page.html, "content").join("\n")).toContain(inPage);
  });

  test("closes what it opens", () => {
    const opened: string[] = [];
    const wrong: string[] = [];
    for (const [, slash, name = ""] of page.html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
      if (["meta", "br"].includes(name)) continue;
      if (slash === "") opened.push(name);
      else if (opened.pop() !== name) wrong.push(name);
    }
    expect([opened, wrong]).toEqual([[], []]);
  });

  test("escapes every text of the document, in commands too", async () => {
    const route = defineRoute({
      operationId: "createThing",
      method: "POST",
      path: "/v1/apps/{app}/things",
      tag: "Apps",
      summary: HOSTILE,
      description: `${HOSTILE} **${HOSTILE}**`,
      access: "admin",
      params: { app: appId },
      body: strict({ name: text(HOSTILE, { max: 99, example: HOSTILE }) }, { about: HOSTILE }),
      success: { status: 201, about: HOSTILE, body: open({}, { about: HOSTILE }) },
    });
    const hostile = createOpenApi([route], { version: HOSTILE, tags: { Apps: HOSTILE } });
    const { html } = await renderReference(hostile);
    expect(html).not.toContain("<img");
    expect(html).not.toContain('onerror="');
    // In a shell a single quote ends a single-quoted text; the one of the example is put in from outside.
    expect(html).toContain("&#39;\\&#39;&#39;&amp;");
  });

  test("shows how to call an operation", () => {
    expect(page.html).toContain(
      [
        '<pre tabindex="0">curl -X PATCH &quot;$HOLDFAST_URL/v1/people/person_7Qm2&quot; \\',
        "  -H &quot;Authorization: Bearer $HOLDFAST_TOKEN&quot; \\",
        "  -H &#39;If-Match: &quot;7&quot;&#39; \\",
        "  -H &#39;Content-Type: application/json&#39; \\",
      ].join("\n"),
    );
  });
});
