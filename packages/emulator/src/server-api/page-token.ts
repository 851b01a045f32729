import { createHash } from "node:crypto";

/** Where a page ended, for a question asked in pages. */
export interface PagePosition {
  /** The identifier of the last item sent. */
  readonly after: string;
  /** The digest of the question, which must be the same on the next page. */
  readonly question: string;
}

/** Returns an opaque token of where a page ended. */
export function writePageToken({ after, question }: PagePosition): string {
  return Buffer.from(JSON.stringify([after, question])).toString("base64url");
}

/** Returns the last item's identifier in a token for `question`; `undefined` for any other token. */
export function readPageToken(token: string, question: string): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    const [after, asked] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    return typeof after === "string" && asked === question ? after : undefined;
  } catch {
    return undefined;
  }
}

/** Returns a short digest by which two questions can be told apart. */
export function digestQuestion(question: unknown): string {
  return createHash("sha256").update(JSON.stringify(question)).digest("base64url").slice(0, 16);
}
