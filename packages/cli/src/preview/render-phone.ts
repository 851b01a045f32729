import { html } from "./html.ts";
import type { Html } from "./html.ts";
import type { MessageUse } from "./message-uses.ts";
import type { ShownPicture, ShownText } from "./preview-model.ts";

/** Renders one text twice, light and dark, as the cancel sheet shows it. */
export function renderPhones(text: ShownText, uses: readonly MessageUse[]): Html {
  return html`<div class="phones">
    ${["light", "dark"].map(
      (scheme) =>
        html` <div class="phone ${scheme}">
          <div class="grip"></div>
          ${renderContent(text)} ${renderLowerPart(uses)}
        </div>`,
    )}
  </div>`;
}

function renderContent(text: ShownText): Html {
  const { header, body, image, headerPosition, bullets, direction, locale } = text;
  const headline = header === undefined ? "" : html`<h4 class="headline">${header}</h4>`;
  const words =
    body === undefined
      ? html`<p class="words unread">Uploaded elsewhere: Apple does not give texts back.</p>`
      : html`<p class="words">${body}</p>`;
  const picture = image === undefined ? "" : renderPicture(image);
  const isAbove = headerPosition === "ABOVE_IMAGE" && image !== undefined;
  return html`<div class="content" dir="${direction}" lang="${locale}">
    ${
      isAbove
        ? html`<div class="text">${headline}</div>
            ${picture}
            <div class="text">${words}</div>`
        : html`${picture}
            <div class="text">${headline}${words}</div>`
    }${
      bullets.length === 0
        ? ""
        : html`<ul class="bullets">
            ${bullets.map(
              (bullet) =>
                html`<li>${renderPicture(bullet.picture)}<span>${bullet.text}</span></li>`,
            )}
          </ul>`
    }
  </div>`;
}

/** A picture, or what stands in its place when there are no pixels. */
export function renderPicture({ alt, picture, source }: ShownPicture): Html {
  return picture === undefined
    ? html`<span class="missing picture" role="img" aria-label="${alt}"
        >no picture to show: ${source}</span
      >`
    : html`<span
        class="picture ${picture.className}"
        role="img"
        aria-label="${alt}"
        title="${alt}"
      ></span>`;
}

/** The part that is Apple's, the same for every message: a neutral placeholder. */
function renderLowerPart(uses: readonly MessageUse[]): Html {
  const kinds = new Set(uses.map(({ kind }) => kind));
  return html`<div class="lower" aria-hidden="true">
    ${
      kinds.has("offer") ? html`<div class="plan">Apple shows the offer's terms here</div>` : ""
    }${kinds.has("switch") ? html`<div class="plan">Apple shows the other plan here</div>` : ""}
    <div class="button">Cancel Subscription</div>
    <div class="button quiet">Not now</div>
    <p class="ours">This part is Apple's; its words and looks are not ours to know.</p>
  </div>`;
}
