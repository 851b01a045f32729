/** A piece of HTML: text in it is escaped already. */
export class Html {
  readonly text: string;

  /** @internal Made by {@link html} and {@link styleElement} alone, so that nothing gets in unescaped. */
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text, which is escaped, and pieces of HTML. */
type Part = string | number | Html | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Returns the HTML of a template, every text in it escaped, for content and quoted attributes alike. */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const texts = template.map((text, index) => text + textOf(parts[index] ?? ""));
  return new Html(texts.join(""));
}

/**
 * Returns a style element of exactly this text, which a hash in a Content-Security-Policy then fits. The
 * text is ours: there is no escaping inside a style element.
 */
export function styleElement(css: string): Html {
  return new Html(`<style>${css}</style>`);
}

function textOf(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(({ text }) => text).join("");
  return String(part).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}
