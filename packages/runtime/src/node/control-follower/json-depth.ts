const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What is in the one but not in the other of `[` and `{`, and of `]` and `}`. */
const CURLY = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/**
 * Tells whether a JSON text opens more than `max` lists and objects inside each other. Looks at each character
 * once: to parse millions of them inside each other takes a parser most of a minute.
 */
export function isDeeperThan(max: number, text: string): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isText) {
      // What is escaped ends nothing.
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isText = false;
    } else if (code === QUOTE) isText = true;
    // Both kinds in one comparison: these are millions.
    else if ((code | CURLY) === OPENING) {
      depth += 1;
      if (depth > max) return true;
    } else if ((code | CURLY) === CLOSING) depth -= 1;
  }
  return false;
}
