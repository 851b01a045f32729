import { defineRoute } from "../contract/define-route.ts";
import { open, strict } from "../fields/object-fields.ts";
import { lines, patterned } from "../fields/text-fields.ts";

const TAG = "Runtimes";

/** Reads what is known of revoked certificates. */
export const readRevocations = defineRoute({
  operationId: "readRevocations",
  method: "GET",
  path: "/v1/revocations",
  tag: TAG,
  summary: "Read revocation records",
  description:
    "Reads what OCSP says of the certificate chains that the App Store signs under, for a runtime: one record a line, each authenticated under a key that only the runtime secret gives. Read it every minute with If-None-Match; the responders have news every few hours.",
  access: "runtime",
  etag: "conditional",
  success: {
    status: 200,
    about: "The records.",
    body: open(
      {
        records: lines("The records, one a line; empty while no chain was seen.", {
          min: 0,
          max: 256 * 1024,
          example: "eyJmb3JtYXQiOiJob2xkZmFzdC5yZXZvY2F0aW9uLzEifQ.Y29kZQ",
        }),
      },
      { id: "Revocations", about: "What is known of revoked certificates." },
    ),
  },
});

/** DER in base64, as in `x5c`; Apple's are less than two kilobytes. */
const certificate = (about: string) =>
  patterned(`${about} DER in base64, as in \`x5c\`.`, {
    pattern: /^[A-Za-z0-9+/]+={0,2}$/,
    expected: "a certificate in base64",
    max: 8192,
    example: "MIIB",
  });

/** Takes a chain that is to be asked about. */
export const reportChain = defineRoute({
  operationId: "reportChain",
  method: "POST",
  path: "/v1/revocations/chains",
  tag: TAG,
  summary: "Report a certificate chain",
  description:
    "A runtime tells of a chain it verified and has no record of, so that its certificates' responders are asked. It is kept when it verifies here too, up to a root that one of the apps trusts.",
  access: "runtime",
  body: strict(
    {
      leaf: certificate("What signed the payload."),
      intermediate: certificate("What issued the leaf."),
      root: certificate("What issued the intermediate."),
    },
    { id: "ReportedChain", about: "A chain as it came in the header of a signed payload." },
  ),
  success: { status: 204, about: "Kept." },
});
