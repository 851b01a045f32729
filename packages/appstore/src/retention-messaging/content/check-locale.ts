import { isAppStoreLocale, suggestAppStoreLocale } from "../locales.ts";
import type { ContentProblem } from "./content-problem.ts";

/** Checks that a text is a locale of the App Store, spelled as Apple spells it. */
export function checkLocale(text: string): readonly ContentProblem<"UNKNOWN_LOCALE">[] {
  if (isAppStoreLocale(text)) return [];
  const meant = suggestAppStoreLocale(text);
  const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
  const message = `"${text}" is no App Store locale${hint}`;
  return [{ code: "UNKNOWN_LOCALE", severity: "error", path: [], message }];
}
