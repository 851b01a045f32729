import { fine, flawed } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import type { Exchange } from "./post-once.ts";

/** A request that an endpoint must not answer. */
export interface RefusedKind {
  readonly code: string;
  /** Like `a forged request`. */
  readonly name: string;
  /** What an answer to it means. */
  readonly accepted: {
    readonly status: "warn" | "fail";
    readonly message: string;
    readonly advice: string;
  };
}

/** JSON, but no signed payload. */
export const MALFORMED: RefusedKind = {
  code: "MALFORMED_REFUSED",
  name: "a malformed request",
  accepted: {
    status: "fail",
    message: "answers 200 to a request without a signature",
    advice: "refuse with 400 what is no signed payload",
  },
};

/** Signed by somebody else. */
export const FORGED: RefusedKind = {
  code: "FORGED_REFUSED",
  name: "a forged request",
  accepted: {
    status: "fail",
    message:
      "DANGEROUS: answers 200 to a request that anyone can make, signed by an authority made just now",
    advice:
      "verify the certificate chain up to Apple Root CA - G3 before anything in the payload is believed",
  },
};

/** Signed by the App Store, and changed afterwards. */
export const TAMPERED: RefusedKind = {
  code: "TAMPERED_REFUSED",
  name: "an authentic request that was changed",
  accepted: {
    status: "fail",
    message: "DANGEROUS: answers 200 to a request that was changed after it was signed",
    advice: "verify the signature with the leaf certificate's key, not the certificates alone",
  },
};

/** Apple's documents do not ask for it, and replaying should gain nothing; refusing is safer. */
export const STALE: RefusedKind = {
  code: "STALE_REFUSED",
  name: "a request captured earlier",
  accepted: {
    status: "warn",
    message: "answers 200 to a request that was captured earlier",
    advice: "refuse a signedDate that is minutes away from now, so that nothing can be replayed",
  },
};

/** Judges the answer to a request that must be refused. */
export function judgeRefusal(exchange: Exchange, kind: RefusedKind): Finding {
  const { code, name, accepted } = kind;
  if ("failure" in exchange) {
    return flawed("fail", code, {
      message: `no whole answer to ${name}: ${exchange.failure}`,
      advice: "answer with 4xx: somebody who waits for an answer keeps a connection busy",
    });
  }
  const { status } = exchange;
  if (status >= 400 && status < 500) return fine(code, `refuses ${name} with ${status}`);
  if (status >= 200 && status < 300) return flawed(accepted.status, code, accepted);
  if (status >= 500) {
    return flawed("fail", code, {
      message: `answers ${name} with ${status}, as a server does that cannot answer at all`,
      advice: "look whether the server works, and refuse with 4xx: 5xx is for its own failures",
    });
  }
  return flawed("fail", code, {
    message: `answers ${name} with ${status}: redirects are not followed`,
    advice: "let the URL itself answer",
  });
}
