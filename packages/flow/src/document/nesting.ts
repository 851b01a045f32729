import type { CST } from "yaml";

interface Open {
  readonly token: CST.Token;
  readonly depth: number;
}

/**
 * Returns the offset of the first token nested deeper than `max`, `undefined` when none is. It
 * works on the flat tokens, before anything recursive looks at them, and is not recursive itself.
 */
export function tooDeepAt(tokens: readonly CST.Token[], max: number): number | undefined {
  const open: Open[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > max) return "offset" in token ? token.offset : 0;
    for (const child of childrenOf(token)) open.push({ token: child, depth: depth + 1 });
  }
  return undefined;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === "document") return token.value === undefined ? [] : [token.value];
  if (!("items" in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value]).filter(isToken);
}

function isToken(token: CST.Token | null | undefined): token is CST.Token {
  return token !== null && token !== undefined;
}
