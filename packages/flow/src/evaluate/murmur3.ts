const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/**
 * Returns MurmurHash3 x86 32 of bytes, unsigned (0 to 2^32 - 1).
 *
 * @param seed an unsigned 32-bit integer, 0 by default
 * @see https://github.com/aappleby/smhasher/wiki/MurmurHash3
 */
export function murmur3(bytes: Uint8Array, seed = 0): number {
  let hash = seed | 0;
  const wholeBlocks = bytes.length - (bytes.length % 4);
  for (let at = 0; at < wholeBlocks; at += 4) {
    hash ^= scramble(littleEndian(bytes, at, 4));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  if (wholeBlocks < bytes.length) {
    hash ^= scramble(littleEndian(bytes, wholeBlocks, bytes.length - wholeBlocks));
  }
  return finish(hash ^ bytes.length);
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let block = 0;
  for (let index = 0; index < count; index += 1) block |= (bytes[at + index] ?? 0) << (8 * index);
  return block;
}

function scramble(block: number): number {
  const mixed = Math.imul(block, C1);
  return Math.imul((mixed << 15) | (mixed >>> 17), C2);
}

function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
