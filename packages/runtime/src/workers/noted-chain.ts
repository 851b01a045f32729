/** A chain that was seen in good data, as it lies in KV until it is asked about. */
export interface NotedChain {
  /** Milliseconds since 1970. */
  readonly notedAt: number;
  /** The header it came in, the first part of a compact JWS. */
  readonly header: string;
}

/** Writes a chain as `<milliseconds>.<header>`. */
export function writeNotedChain({ notedAt, header }: NotedChain): string {
  return `${notedAt}.${header}`;
}

/** Reads what {@link writeNotedChain} wrote; of anything else it makes a chain nobody can read, of 1970. */
export function parseNotedChain(text: string): NotedChain {
  const [notedAt, header = ""] = text.split(".");
  return { notedAt: Number(notedAt) || 0, header };
}
