import { AuthorityInfoAccessExtension } from "./x509.ts";
import {
  issueIntermediate,
  issueLeaf,
  issueOcspResponder,
  issueRoot,
} from "./chain-certificates.ts";
import type { Issued } from "./issue-certificate.ts";
import { generateKeyPair } from "./key-pair.ts";
import { isDueForRenewal, validityAt } from "./validity.ts";

/** Everything the authority holds: the chain, and who signs statuses for its two issuers. */
export interface Certificates {
  readonly root: Issued;
  readonly intermediate: Issued;
  readonly leaf: Issued;
  /** Signs the intermediate's status. */
  readonly rootResponder: Issued;
  /** Signs the leaf's status. */
  readonly intermediateResponder: Issued;
}

/** Where statuses are asked and what time it is. */
export interface IssuingContext {
  /** Like `http://127.0.0.1:8788/ocsp`; the issuer's name follows. */
  readonly ocspBaseUrl: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The issuers whose statuses can be asked, as they stand in the responder's address. */
export type OcspIssuer = "root" | "intermediate";

/** Returns the address at which the statuses of what `issuer` issued are asked. */
export function ocspUrlOf(ocspBaseUrl: string, issuer: OcspIssuer): string {
  return `${ocspBaseUrl}/${issuer}`;
}

/** Returns a whole new set. */
export async function issueCertificates(context: IssuingContext): Promise<Certificates> {
  const root = await issueRoot({
    keys: await generateKeyPair("P-384"),
    validity: validityAt(context.now, "root"),
  });
  return issueBelowRoot(root, context);
}

/**
 * Returns `kept` as it is when it is still good, and else everything below the root made anew: when
 * a certificate nears its end, or the responder's address is another one now.
 */
export async function renewCertificates(
  kept: Certificates,
  context: IssuingContext,
): Promise<Certificates> {
  const { root, ...below } = kept;
  const isGood = Object.values(below).every(
    ({ certificate }) => !isDueForRenewal(certificate, context.now),
  );
  const url = ocspUrlOf(context.ocspBaseUrl, "intermediate");
  return isGood && asksAt(kept.leaf, url) ? kept : issueBelowRoot(root, context);
}

function asksAt({ certificate }: Issued, url: string): boolean {
  const access = certificate.getExtension(AuthorityInfoAccessExtension);
  return access?.ocsp.some(({ value }) => value === url) === true;
}

async function issueBelowRoot(root: Issued, context: IssuingContext): Promise<Certificates> {
  const { now, ocspBaseUrl } = context;
  const intermediate = await issueIntermediate(root, {
    keys: await generateKeyPair("P-384"),
    validity: validityAt(now, "intermediate"),
    ocspUrl: ocspUrlOf(ocspBaseUrl, "root"),
  });
  const shortLived = validityAt(now, "leaf");
  const leaf = await issueLeaf(intermediate, {
    keys: await generateKeyPair("P-256"),
    validity: shortLived,
    ocspUrl: ocspUrlOf(ocspBaseUrl, "intermediate"),
  });
  const [rootResponder, intermediateResponder] = [
    await issueOcspResponder(root, {
      keys: await generateKeyPair("P-256"),
      validity: shortLived,
    }),
    await issueOcspResponder(intermediate, {
      keys: await generateKeyPair("P-256"),
      validity: shortLived,
    }),
  ];
  return { root, intermediate, leaf, rootResponder, intermediateResponder };
}
