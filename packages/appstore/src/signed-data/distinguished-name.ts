import { createDerReader, malformed, TAG } from "./der.ts";
import type { DerElement, DerReader } from "./der.ts";
import { readObjectIdentifier } from "./object-identifier.ts";
import type { Bytes } from "../crypto/index.ts";

/**
 * Reads a distinguished name (RFC 5280 §4.1.2.4) and returns its DER: names are compared byte by byte,
 * so all that is asked of one is that it is well formed.
 *
 * @throws BadSignedData `CERTIFICATE_MALFORMED`
 */
export function readDistinguishedName(reader: DerReader): Bytes {
  const { content, raw } = reader.read(TAG.sequence);
  const parts = createDerReader(content);
  while (!parts.atEnd()) {
    const attributes = parts.enter(TAG.set);
    do checkAttribute(attributes.enter(TAG.sequence));
    while (!attributes.atEnd());
  }
  return raw;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function checkAttribute(attribute: DerReader): void {
  readObjectIdentifier(attribute);
  const value = attribute.read();
  attribute.end();
  if (!isText(value)) throw malformed("a name that is no text");
}

/** Of the types of text that RFC 5280 allows, those that are in use. */
function isText({ tag, content }: DerElement): boolean {
  if (tag === TAG.printableString || tag === TAG.ia5String) {
    return content.every((byte) => byte < 0x80);
  }
  return tag === TAG.utf8String && isUtf8(content);
}

function isUtf8(bytes: Bytes): boolean {
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
