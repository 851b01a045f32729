import type { Certificates, IssuingContext } from "./certificates.ts";
import { ocspUrlOf } from "./certificates.ts";
import { issueIntermediate, issueLeaf, issueRoot } from "./chain-certificates.ts";
import type { Issued } from "./issue-certificate.ts";
import { generateKeyPair } from "./key-pair.ts";
import { endedValidity, validityAt } from "./validity.ts";

/** What signs data: a leaf, and who vouches for it. */
export interface SigningChain {
  readonly leaf: Issued;
  readonly intermediate: Issued;
  readonly root: Issued;
}

/**
 * Chains a receiver must refuse.
 *
 * - `expiredLeaf`: the leaf's time is over
 * - `unmarkedLeaf`, `unmarkedIntermediate`: without Apple's extension
 * - `foreignRoot`: whole and well made, with all our names, under a root nobody trusts
 */
export type OddChainKind = "expiredLeaf" | "unmarkedLeaf" | "unmarkedIntermediate" | "foreignRoot";

/** Returns a chain that is wrong in exactly the way `kind` says, with fresh keys. */
export async function issueOddChain(
  kind: OddChainKind,
  certificates: Certificates,
  { ocspBaseUrl, now }: IssuingContext,
): Promise<SigningChain> {
  const root =
    kind === "foreignRoot"
      ? await issueRoot({
          keys: await generateKeyPair("P-384"),
          validity: validityAt(now, "root"),
        })
      : certificates.root;
  const intermediate =
    kind === "foreignRoot" || kind === "unmarkedIntermediate"
      ? await issueIntermediate(root, {
          keys: await generateKeyPair("P-384"),
          validity: validityAt(now, "intermediate"),
          ocspUrl: ocspUrlOf(ocspBaseUrl, "root"),
          marked: kind !== "unmarkedIntermediate",
        })
      : certificates.intermediate;
  const leaf = await issueLeaf(intermediate, {
    keys: await generateKeyPair("P-256"),
    validity: kind === "expiredLeaf" ? endedValidity(now) : validityAt(now, "leaf"),
    ocspUrl: ocspUrlOf(ocspBaseUrl, "intermediate"),
    marked: kind !== "unmarkedLeaf",
  });
  return { leaf, intermediate, root };
}
