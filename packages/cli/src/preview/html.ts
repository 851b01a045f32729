/** Markup. Made by {@link html} alone, or of text nobody outside can influence. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can stand in a template: markup as it is, everything else escaped. */
export type HtmlPart = Html | string | number | readonly HtmlPart[];

/**
 * Makes markup of a template. Every text in it is escaped, for content and quoted attributes alike:
 * what a message says can never become markup.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const written = strings.map((text, index) => text + render(parts[index] ?? ""));
  return new Html(written.join(""));
}

function render(part: HtmlPart): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(render).join("");
  return escapeHtml(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters other than tab and line feed, which HTML cannot hold, become U+FFFD. */
function escapeHtml(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\t\n]/gu, "\u{FFFD}")
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
