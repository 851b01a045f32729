import type { Clock } from "../clock/clock.ts";
import { emulatorError } from "../errors/index.ts";
import { type Certificates, issueCertificates, renewCertificates } from "./certificates.ts";
import { keepCertificates, readKeptCertificates } from "./kept-certificates.ts";
import { issueOddChain, type OddChainKind, type SigningChain } from "./odd-chain.ts";
import { isExpired } from "./validity.ts";

/** The emulator's own certificate authority: what stands where Apple's stands. */
export interface CertificateAuthority {
  /** The root to trust, PEM. */
  readonly rootCertificatePem: string;
  /** The root to trust, DER. */
  readonly rootCertificateDer: Uint8Array;
  readonly certificates: Certificates;
  /** Returns a chain that receivers must refuse, for tests of theirs. */
  issueOddChain(kind: OddChainKind): Promise<SigningChain>;
}

/** How an authority is opened. */
export interface CertificateAuthorityOptions {
  /** Where it is kept; without one it lives in memory and ends with the process. */
  readonly directory?: string;
  /** Where its responder answers, like `http://127.0.0.1:8788/ocsp`. */
  readonly ocspBaseUrl: string;
  readonly clock: Clock;
}

/**
 * Returns the authority kept in the directory, or a new one, which is then kept there. Certificates
 * below the root that near their end, or name another responder, are made anew; the root never is.
 *
 * Throws `CA_UNREADABLE` when the kept files are something else, `CA_EXPIRED` when the root is over.
 */
export async function openCertificateAuthority(
  options: CertificateAuthorityOptions,
): Promise<CertificateAuthority> {
  const certificates = await openCertificates(options);
  const { certificate: root } = certificates.root;
  return {
    rootCertificatePem: `${root.toString("pem")}\n`,
    rootCertificateDer: new Uint8Array(root.rawData),
    certificates,
    issueOddChain: async (kind) =>
      issueOddChain(kind, certificates, {
        ocspBaseUrl: options.ocspBaseUrl,
        now: options.clock.now(),
      }),
  };
}

async function openCertificates({
  directory,
  ocspBaseUrl,
  clock,
}: CertificateAuthorityOptions): Promise<Certificates> {
  const context = { ocspBaseUrl, now: clock.now() };
  if (directory === undefined) return issueCertificates(context);
  const kept = await readKeptCertificates(directory);
  if (kept !== undefined && isExpired(kept.root.certificate, context.now)) {
    throw emulatorError(
      "CA_EXPIRED",
      `the root certificate in ${directory} ended on ${kept.root.certificate.notAfter.toISOString()}; remove the directory to have a new one made`,
    );
  }
  const current =
    kept === undefined ? await issueCertificates(context) : await renewCertificates(kept, context);
  if (current !== kept) await keepCertificates(directory, current);
  return current;
}
