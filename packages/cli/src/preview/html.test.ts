import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { html } from "./html.ts";

describe("html``", () => {
  test.each([
    ["<b>", "&lt;b&gt;"],
    [`"'`, "&quot;&#39;"],
    ["&amp;", "&amp;amp;"],
    ["a\nb\tc", "a\nb\tc"],
    ["\u0000\u001b\r\u0085", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"],
  ])("escapes %j", (text, expected) => {
    expect(html`<p>${text}</p>`.text).toBe(`<p>${expected}</p>`);
  });

  test("takes markup as it is, in lists as well", () => {
    const marks = ["<", 2].map((mark) => html`<b>${mark}</b>`);
    expect(html`<i>${marks}</i>`.text).toBe("<i><b>&lt;</b><b>2</b></i>");
  });

  test("lets no text out of an attribute or an element", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { text: page } = html`<p title="${text}">${text}</p>`;
        expect(page.match(/[<>"']/g)?.join("")).toBe('<""><>');
      }),
    );
  });
});
