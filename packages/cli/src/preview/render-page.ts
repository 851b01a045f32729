import { createHash } from "node:crypto";
import { html, Html } from "./html.ts";
import type { MessageUse, MessageUseKind } from "./message-uses.ts";
import type { EmbeddedPicture } from "./picture-book.ts";
import type { Preview, ShownMessage, ShownText } from "./preview-model.ts";
import { renderPicture } from "./render-phone.ts";
import { anchorOf, isFlawed, renderText } from "./render-text.ts";
import { styleSheet } from "./style-sheet.ts";

/**
 * Renders a whole preview as one HTML file that loads nothing and runs nothing. The same preview
 * gives the same bytes.
 */
export function renderPage(preview: Preview): string {
  const { app, environment, messages } = preview;
  const title = `Messages of ${app}, ${environment}`;
  return documentOf(title, {
    pictures: preview.pictures,
    bodyClass: "",
    body: html`<header>
        <h1>${title}</h1>
        <p class="soft">${say(messages.length, "message")}, ${say(countTexts(preview), "text")}</p>
        <p class="notice">
          An approximation for reviewing texts and images. Apple draws the real sheet, differently
          on each device and version; everything below the dashed line is a placeholder.
        </p>
      </header>
      <nav aria-label="All texts">
        <ul class="contact">
          ${messages.flatMap((message) => message.texts.map((text) => renderMini(message, text)))}
        </ul>
      </nav>
      <main>${messages.map(renderMessage)}</main>
      <footer>Made by holdfast preview.</footer>`,
  });
}

/** Renders one text alone, for a picture of it. */
export function renderShot(message: ShownMessage, text: ShownText): string {
  const { image, bullets } = text;
  const shown = [image, ...bullets.map(({ picture }) => picture)].map((one) => one?.picture);
  return documentOf(anchorOf(message, text), {
    pictures: [...new Set(shown)].filter((picture) => picture !== undefined),
    bodyClass: "shot",
    body: html`<h2>${message.name}</h2>
      ${renderUses(message.uses)}${renderText(message, text)}`,
  });
}

interface DocumentParts {
  readonly pictures: readonly EmbeddedPicture[];
  readonly bodyClass: string;
  readonly body: Html;
}

function documentOf(title: string, { pictures, bodyClass, body }: DocumentParts): string {
  const style = styleSheet(pictures);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policyFor(style)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body class="${bodyClass}">
        ${body}
      </body>
    </html> `;
  return page.text;
}

/** Nothing is loaded and nothing runs: this one style sheet, and pictures inside it. */
function policyFor(style: string): string {
  const hash = createHash("sha256").update(style).digest("base64");
  return `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function renderMini(message: ShownMessage, text: ShownText): Html {
  const { locale, header, body, image, direction } = text;
  return html`<li>
    <a class="${isFlawed(text) ? "flawed" : ""}" href="#${anchorOf(message, text)}">
      <span class="where"><span>${message.name}</span><bdi>${locale}</bdi></span
      >${image === undefined ? "" : renderPicture(image)}
      <span class="mini" dir="${direction}" lang="${locale}"
        ><strong>${header ?? "uploaded elsewhere"}</strong>${body ?? ""}</span
      ></a
    >
  </li>`;
}

function renderMessage(message: ShownMessage): Html {
  const { name, description, uses, texts } = message;
  return html` <section>
    <h2>${name}</h2>
    ${description === undefined ? "" : html`<p class="soft">${description}</p>`} ${renderUses(uses)}
    ${texts.map((text) => renderText(message, text))}
  </section>`;
}

const KIND_NAMES: Readonly<Record<MessageUseKind, string>> = {
  message: "message",
  offer: "offer",
  switch: "switch of plan",
  advancedCommerce: "Advanced Commerce",
  default: "default",
};

function renderUses(uses: readonly MessageUse[]): Html {
  if (uses.length === 0) return html`<p class="soft">Nothing in the flow shows this message.</p>`;
  return html`<ul class="uses">
    ${uses.map(
      ({ kind, by, details }) =>
        html`<li>
          <span class="tag ${kind}">${KIND_NAMES[kind]}</span> by
          ${by}${details.map((detail) => html` · <code>${detail}</code>`)}
        </li>`,
    )}
  </ul>`;
}

/** Counts the texts of a preview, over all messages. */
export function countTexts({ messages }: Preview): number {
  return messages.reduce((sum, { texts }) => sum + texts.length, 0);
}

function say(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
