/** Makes identifiers: text, unique, in the order they were made. */
export type IdSource = () => string;

/** What identifiers are made from; a test passes its own. */
export interface IdSourceOptions {
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
  /** Fills an array with random bytes; default the system's generator. */
  readonly random?: (bytes: Uint8Array<ArrayBuffer>) => void;
}

const COUNTER_LIMIT = 0x1000;

/**
 * Returns a source of UUIDs version 7 (RFC 9562, section 5.7), lowercase. Text order is the order of
 * making, within one source strictly: the 12 bits after the time count within a millisecond (method 1
 * of section 6.2), and a clock that goes back is not followed.
 */
export function createIdSource({
  now = Date.now,
  random = (bytes) => crypto.getRandomValues(bytes),
}: IdSourceOptions = {}): IdSource {
  let time = 0;
  let counter = 0;

  function advance(bytes: Uint8Array): void {
    const current = now();
    if (current > time) {
      time = current;
      // Half of the range stays free for counting.
      counter = (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) & (COUNTER_LIMIT / 2 - 1);
      return;
    }
    counter += 1;
    if (counter < COUNTER_LIMIT) return;
    time += 1;
    counter = 0;
  }

  return () => {
    const bytes = new Uint8Array(10);
    random(bytes);
    advance(bytes);
    const milliseconds = time.toString(16).padStart(12, "0");
    const count = counter.toString(16).padStart(3, "0");
    const variant = (0x80 | ((bytes[2] ?? 0) & 0x3f)).toString(16);
    const rest = Buffer.from(bytes.subarray(3)).toString("hex");
    return [
      milliseconds.slice(0, 8),
      milliseconds.slice(8),
      `7${count}`,
      variant + rest.slice(0, 2),
      rest.slice(2),
    ].join("-");
  };
}
