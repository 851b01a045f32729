/**
 * Returns SHA-1 of bytes (20 bytes). Only for name-based UUIDs, which are defined over it: it is
 * here so that identifiers can be derived without waiting, and it protects nothing.
 *
 * @see RFC 3174
 */
export function sha1(bytes: Uint8Array): Uint8Array {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Int32Array(80);
  const padded = pad(bytes);
  for (let at = 0; at < padded.byteLength; at += 64) {
    schedule(padded, at, words);
    compress(state, words);
  }
  const digest = new DataView(new ArrayBuffer(20));
  for (const [index, value] of state.entries()) digest.setInt32(index * 4, value);
  return new Uint8Array(digest.buffer);
}

function pad(bytes: Uint8Array): DataView {
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(length - 8, BigInt(bytes.length) * 8n);
  return view;
}

function schedule(block: DataView, at: number, words: Int32Array): void {
  for (let index = 0; index < 16; index += 1) words[index] = block.getInt32(at + index * 4);
  for (let index = 16; index < 80; index += 1) {
    const mixed =
      word(words, index - 3) ^
      word(words, index - 8) ^
      word(words, index - 14) ^
      word(words, index - 16);
    words[index] = rotate(mixed, 1);
  }
}

function compress(state: Int32Array, words: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let index = 0; index < 80; index += 1) {
    const next = (rotate(a, 5) + round(index, b, c, d) + e + word(words, index)) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  for (const [index, value] of [a, b, c, d, e].entries()) {
    state[index] = (word(state, index) + value) | 0;
  }
}

function round(index: number, b: number, c: number, d: number): number {
  if (index < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (index < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (index < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function word(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
