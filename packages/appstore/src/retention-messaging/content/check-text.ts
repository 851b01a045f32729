import type { ContentPath, ContentProblem } from "./content-problem.ts";

/** What can be wrong with a text. */
export type TextProblem = ContentProblem<"TEXT_TOO_LONG" | "TEXT_MAY_BE_REFUSED">;

/**
 * Apple refuses emoji and some other characters without saying which: UNCONFIRMED. Halves of a
 * surrogate pair are no characters at all.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/badrequestinvalidtextfielderror
 */
const MAY_BE_REFUSED =
  /\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Cc}|\p{Co}|\p{Cn}|\p{Cs}/u;

/**
 * Checks the length and the characters of a header, a body, a bullet point's text or an alternative text.
 *
 * How Apple counts is UNCONFIRMED, so both counts must be within the limit; UTF-16 units are never
 * fewer than code points.
 */
export function checkText(
  text: string,
  maxCharacters: number,
  path: ContentPath = [],
): readonly TextProblem[] {
  const problems: TextProblem[] = [];
  if (text.length > maxCharacters) {
    const codePoints = Array.from(text).length;
    const both = codePoints === text.length ? "" : ` (${text.length} in UTF-16)`;
    const message = `${codePoints}${both} characters; Apple takes at most ${maxCharacters}`;
    problems.push({ code: "TEXT_TOO_LONG", severity: "error", path, message });
  }
  const refused = MAY_BE_REFUSED.exec(text)?.[0];
  if (refused !== undefined) {
    const message = `Apple refuses emoji and some other characters; ${nameCharacter(refused)} may be one of them`;
    problems.push({ code: "TEXT_MAY_BE_REFUSED", severity: "warning", path, message });
  }
  return problems;
}

/** Like `U+1F389`. */
function nameCharacter(character: string): string {
  return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0") ?? ""}`;
}
