import { emulatorError } from "../errors/index.ts";

/** Sends what would go to one address to another, so that everything can run on one machine. */
export interface ResolveRule {
  /** The beginning of a public URL, https. */
  readonly from: string;
  /** What stands there instead: http or https. */
  readonly to: string;
}

/** Returns the rule written as `https://public/prefix=http://local/prefix`; throws `OPTIONS_INVALID`. */
export function parseResolveRule(text: string): ResolveRule {
  // The last "=" before a scheme, for a URL may hold one itself.
  const match = /^(?<from>https:\/\/.+)=(?<to>https?:\/\/.+)$/v.exec(text);
  const { from, to } = match?.groups ?? {};
  if (from === undefined || to === undefined || !URL.canParse(from) || !URL.canParse(to)) {
    throw emulatorError(
      "OPTIONS_INVALID",
      "expected a rule like https://retention.example.com/apple/=http://127.0.0.1:8787/apple/",
    );
  }
  return { from, to };
}

/** Returns where to send what is meant for `url`: by the rule with the longest prefix, or as it is. */
export function resolveUrl(url: string, rules: readonly ResolveRule[]): string {
  const [best] = rules
    .filter(({ from }) => url.startsWith(from))
    .toSorted((a, b) => b.from.length - a.from.length);
  return best === undefined ? url : `${best.to}${url.slice(best.from.length)}`;
}
