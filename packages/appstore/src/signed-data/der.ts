import type { Bytes } from "../crypto/index.ts";
import { BadSignedData } from "./signed-data-error.ts";

/** Tags of the DER types a certificate is made of (X.690 §8, RFC 5280). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** `[0]`, constructed. */
  explicit0: 0xa0,
  /** `[3]`, constructed. */
  explicit3: 0xa3,
} as const;

/** One element: tag, length, content. */
export interface DerElement {
  readonly tag: number;
  readonly content: Bytes;
  /** All of it, tag and length included. */
  readonly raw: Bytes;
}

/** Reads the elements inside some bytes one after the other. */
export interface DerReader {
  /** Whether everything was read. */
  atEnd(): boolean;
  /** The tag of the next element; undefined at the end. */
  peekTag(): number | undefined;
  /** Reads the next element, of any tag or of the one given. */
  read(tag?: number): DerElement;
  /** Reads the next element and returns a reader of what is inside. */
  enter(tag: number): DerReader;
  /** Reads an integer in its shortest form and returns its bytes, two's complement. */
  readInteger(): Bytes;
  /** Refuses what was left unread. */
  end(): void;
}

const MAX_LENGTH_BYTES = 3;

/**
 * Makes a reader of strict DER: definite lengths in their shortest form, low tag numbers, no element
 * beyond its container.
 *
 * Every method throws BadSignedData `CERTIFICATE_MALFORMED`.
 */
export function createDerReader(bytes: Bytes): DerReader {
  let position = 0;
  const reader: DerReader = {
    atEnd: () => position === bytes.length,
    peekTag: () => bytes[position],
    read(tag) {
      const element = readElement(bytes, position);
      if (tag !== undefined && element.tag !== tag) {
        throw malformed(`expected tag 0x${tag.toString(16)}, got 0x${element.tag.toString(16)}`);
      }
      position += element.raw.length;
      return element;
    },
    enter: (tag) => createDerReader(reader.read(tag).content),
    readInteger() {
      const { content } = reader.read(TAG.integer);
      if (isShortestInteger(content)) return content;
      throw malformed("an integer that is not in its shortest form");
    },
    end() {
      if (position !== bytes.length) throw malformed("unexpected bytes at the end");
    },
  };
  return reader;
}

function readElement(bytes: Bytes, start: number): DerElement {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined) throw malformed("an element is cut short");
  // Tag numbers above 30 take more bytes; certificates use none.
  if (tag % 0x20 === 0x1f) throw malformed("a long tag");
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  const contentStart = start + 2 + lengthBytes;
  const length = first < 0x80 ? first : readLongLength(bytes, start + 2, lengthBytes);
  const end = contentStart + length;
  if (end > bytes.length) throw malformed("an element is cut short");
  return { tag, content: bytes.subarray(contentStart, end), raw: bytes.subarray(start, end) };
}

/** The first nine bits are neither all zero nor all one (X.690 §8.3.2). */
function isShortestInteger([first, second]: Bytes): boolean {
  if (first === undefined || second === undefined) return first !== undefined;
  return first === 0x00 ? second >= 0x80 : first !== 0xff || second < 0x80;
}

function readLongLength(bytes: Bytes, start: number, count: number): number {
  if (count === 0) throw malformed("an indefinite length");
  if (count > MAX_LENGTH_BYTES) throw malformed("a length of more than three bytes");
  let length = 0;
  for (let index = 0; index < count; index += 1) {
    length = length * 256 + (bytes[start + index] ?? 0);
  }
  const shortest = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  if (shortest !== count) throw malformed("a length that is not in its shortest form");
  return length;
}

/** Says that a certificate is not what DER or RFC 5280 ask for. */
export function malformed(detail: string): BadSignedData {
  return new BadSignedData("CERTIFICATE_MALFORMED", `certificate: ${detail}`);
}
