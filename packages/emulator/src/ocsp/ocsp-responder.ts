import type { Certificates, OcspIssuer } from "../ca/index.ts";
import type { Clock } from "../clock/clock.ts";
import { isIssuedBy } from "./certificate-id.ts";
import { type CertificateStatus, createOcspResponse } from "./ocsp-response.ts";

/** How the responder behaves: at once, late, or not at all. */
export type OcspMode = "normal" | "slow" | "down";

/** The certificates whose status can be set. */
export type ChainCertificate = "leaf" | "intermediate";

/** What the responder says and how, at this moment. */
export interface OcspState {
  readonly mode: OcspMode;
  /** How late it is in the mode `slow`, in milliseconds. */
  readonly delayMs: number;
  readonly status: Readonly<Record<ChainCertificate, CertificateStatus>>;
}

/** The emulator's responder for certificate statuses (RFC 6960). */
export interface OcspResponder {
  /**
   * Answers `asked`, a request in DER, about what `issuer` issued. The signal ends the wait of the
   * mode `slow`.
   */
  respond(issuer: OcspIssuer, asked: Uint8Array, signal?: AbortSignal): Promise<Response>;
  /** Changes what is given, keeps the rest; returns what is in force then. */
  configure(change: OcspChange): OcspState;
  state(): OcspState;
}

/** What to change of the responder. */
export interface OcspChange {
  readonly mode?: OcspMode;
  /** In milliseconds; default 5000. */
  readonly delayMs?: number;
  readonly status?: Readonly<Partial<Record<ChainCertificate, CertificateStatus>>>;
}

/** How late `slow` is unless told otherwise, in milliseconds. */
const DEFAULT_DELAY_MS = 5000;

const RESPONSE_TYPE = "application/ocsp-response";

/**
 * Returns a responder for the leaf and the intermediate of `certificates`. It knows no other
 * certificate: of any other it says `unknown`, whoever issued it.
 */
export function createOcspResponder(certificates: Certificates, clock: Clock): OcspResponder {
  let state: OcspState = {
    mode: "normal",
    delayMs: DEFAULT_DELAY_MS,
    status: { leaf: "good", intermediate: "good" },
  };
  return {
    state: () => state,
    configure({ status, ...change }) {
      state = { ...state, ...change, status: { ...state.status, ...status } };
      return state;
    },
    async respond(issuer, asked, signal) {
      if (state.mode === "down") return new Response(null, { status: 503 });
      if (state.mode === "slow") await clock.sleep(state.delayMs, signal);
      const answer = createOcspResponse(asked, {
        responder: certificates[`${issuer}Responder`],
        now: clock.now(),
        statusOf: (id) => {
          const certificate = issuer === "root" ? "intermediate" : "leaf";
          const serial = Buffer.from(id.serialNumber).toString("hex");
          const isKnown =
            serial === certificates[certificate].certificate.serialNumber &&
            isIssuedBy(id, certificates[issuer]);
          return isKnown ? state.status[certificate] : "unknown";
        },
      });
      return new Response(new Uint8Array(answer), { headers: { "content-type": RESPONSE_TYPE } });
    },
  };
}
