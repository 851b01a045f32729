import { html } from "./html.ts";
import type { Html } from "./html.ts";

/** Returns a description as paragraphs: of Markdown it knows `code`, **bold**, and empty lines. */
export function renderProse(text: string): readonly Html[] {
  return text.split(/\n{2,}/).map((paragraph) => html`<p>${renderLine(paragraph)}</p>`);
}

/** Returns a line of a description, without a paragraph around it. */
export function renderLine(text: string): readonly Html[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((piece) => {
    if (piece.startsWith("`") && piece.length > 2) return html`<code>${piece.slice(1, -1)}</code>`;
    if (piece.startsWith("**")) return html`<strong>${piece.slice(2, -2)}</strong>`;
    return html`${piece}`;
  });
}
