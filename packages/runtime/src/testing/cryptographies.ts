import { nodeCryptography } from "../node/node-cryptography.ts";
import type { Cryptography } from "../ports/cryptography.ts";
import { webCryptography } from "../ports/web-cryptography.ts";

type Named = readonly [name: string, cryptography: Cryptography];

/** Every implementation of the port, for tables. */
export const CRYPTOGRAPHIES: readonly Named[] = [
  ["Web Crypto", webCryptography],
  ["node:crypto", nodeCryptography],
];

/** Each implementation with each other one and with itself. */
export const CRYPTOGRAPHY_PAIRS: readonly (readonly [...Named, ...Named])[] =
  CRYPTOGRAPHIES.flatMap(([name, one]) =>
    CRYPTOGRAPHIES.map(([otherName, other]) => [name, one, otherName, other] as const),
  );
