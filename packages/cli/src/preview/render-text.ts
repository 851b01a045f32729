import { BODY_MAX_CHARACTERS, HEADER_MAX_CHARACTERS } from "@holdfast/appstore/retention-messaging";
import type { KnownReviewState } from "@holdfast/flow/catalog";
import type { FlowIssue } from "@holdfast/flow/document";
import { html } from "./html.ts";
import type { Html } from "./html.ts";
import type { ShownMessage, ShownText } from "./preview-model.ts";
import { renderPhones } from "./render-phone.ts";

/** Renders one text with everything a reviewer wants to know of it. */
export function renderText(message: ShownMessage, text: ShownText): Html {
  const { locale, isDefault, identifier, issues } = text;
  return html`<article id="${anchorOf(message, text)}">
    <header>
      <h3><bdi>${locale}</bdi></h3>
      ${isDefault ? html`<span class="tag">default locale</span>` : ""}${renderState(text)}
      ${renderCounts(text)}
      <code class="soft" title="the identifier at Apple"
        >${identifier ?? "no identifier: an image is missing"}</code
      >
    </header>
    ${renderIssues(issues)} ${renderPhones(text, message.uses)}
  </article>`;
}

/** Where a text is in the page. Names and locales of a flow that is invalid may hold anything. */
export function anchorOf({ name }: Pick<ShownMessage, "name">, { locale }: ShownText): string {
  return `${name}.${locale}`;
}

const STATE_CLASSES: ReadonlyMap<KnownReviewState, string> = new Map([
  ["APPROVED", "good"],
  ["REJECTED", "bad"],
  ["unknown", "bad"],
]);

function renderState({ state }: ShownText): Html | string {
  if (state === undefined) return "";
  const said = state === "unknown" ? "not at Apple" : state;
  return html`<span class="tag ${STATE_CLASSES.get(state) ?? "wait"}">${said}</span>`;
}

/** Both counts, where they differ: how Apple counts is UNCONFIRMED. */
function renderCounts({ header, body }: ShownText): readonly (Html | string)[] {
  return [
    renderCount("header", header, HEADER_MAX_CHARACTERS),
    renderCount("body", body, BODY_MAX_CHARACTERS),
  ];
}

function renderCount(name: string, text: string | undefined, max: number): Html | string {
  if (text === undefined) return "";
  const tone = text.length > max ? "tag bad" : "soft";
  return html`<span class="${tone}">${name} ${text.length}/${max}</span> `;
}

/** Renders what validation says, worst as it comes; nothing where there is nothing to say. */
function renderIssues(issues: readonly FlowIssue[]): Html | string {
  if (issues.length === 0) return "";
  return html`<ul class="issues">
    ${issues.map(
      ({ severity, code, message }) =>
        html`<li class="${severity}">
          <strong>${severity}</strong> <code>${code}</code> <bdi>${message}</bdi>
        </li>`,
    )}
  </ul>`;
}

/** Tells whether a text must not go to Apple as it is. */
export function isFlawed({ issues, state }: ShownText): boolean {
  return issues.some(({ severity }) => severity === "error") || state === "REJECTED";
}
