import { parseJson } from "../files.ts";

/** A string, or a comment: `//` to the end of its line, or between `/*` and its end. */
const STRING_OR_COMMENT = /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** A string, or a comma with nothing behind it in its array or object. */
const STRING_OR_LAST_COMMA = /("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g;

/**
 * Parses JSON with comments and trailing commas, as wrangler reads its configuration.
 *
 * @throws UsageError `JSON_MALFORMED`
 */
export function parseJsonWithComments(text: string, path: string): unknown {
  const bare = text.replaceAll(STRING_OR_COMMENT, keepStrings);
  return parseJson(bare.replaceAll(STRING_OR_LAST_COMMA, keepStrings), path);
}

/** For `replaceAll` with a pattern whose one group is a string, or nothing. */
function keepStrings(_: string, string: string | undefined): string {
  return string ?? "";
}
