import { parseFlow } from "../document/index.ts";
import { validateFlow } from "../validate/index.ts";
import type { ValidateOptions } from "../validate/index.ts";
import { HEAD, YOGA_CATALOG } from "./flow-fixtures.ts";

/** Stands in a text where an issue is expected. */
export const MARK = "»";

/** What validation says of a text, as `line:column severity CODE message`; at the mark as `» …`. */
export function validate(marked: string, options: ValidateOptions = {}): readonly string[] {
  const before = marked.split(MARK)[0] ?? "";
  const line = before.split("\n").length;
  const mark = `${line}:${before.length - before.lastIndexOf("\n")} `;
  return validateText(marked.replace(MARK, ""), options).map((issue) =>
    marked.includes(MARK) && issue.startsWith(mark) ? `${MARK} ${issue.slice(mark.length)}` : issue,
  );
}

function validateText(text: string, options: ValidateOptions): readonly string[] {
  const parsed = parseFlow(text);
  if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join("; "));
  const all = { catalog: YOGA_CATALOG, positions: parsed.positions, ...options };
  return validateFlow(parsed.document, all)
    .filter(({ code }) => code !== "DEFAULT_MISSING" && code !== "UNUSED_MESSAGE")
    .map(
      ({ line, column, severity, code, message }) =>
        `${line}:${column} ${severity} ${code} ${message}`,
    );
}

export const rules = (text: string) => `${HEAD}rules:\n${text}`;
export const rule = (when: string, respond = "{ message: plain }") =>
  rules(`  - { name: a, when: ${when}, respond: ${respond} }`);
export const arms = (list: string) =>
  rules(`  - { name: a, experiment: { key: e, arms: [${list}] } }`);
export const arm = (name: string, weight: number | string) =>
  `{ name: ${name}, weight: ${weight}, respond: { message: plain } }`;
export const offer = (offers: string) =>
  rule(
    "{ productId: yoga.monthly }",
    `{ promotionalOffer: { message: plain, offers: ${offers} } }`,
  );
export const change = (products: string) =>
  rule(
    "{ productId: yoga.monthly }",
    `{ alternateProduct: { message: plain, products: ${products} } }`,
  );
export const text = (locale: string) =>
  `version: 1\napp: com.example.yoga\nmessages:\n  keep: { defaultLocale: en-US, locales: { en-US: ${locale} } }\nfallback: { message: keep }\nrules: []\n`;
