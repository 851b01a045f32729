import type { Hono } from "hono";
import type { OcspIssuer } from "../ca/index.ts";
import type { Emulator } from "../emulator/emulator.ts";
import { emulatorError } from "../errors/index.ts";
import { parseOcspChange } from "./control-input.ts";
import { readBytes, readFields } from "./request-body.ts";

/** A request names a certificate or two; ours. */
const MAX_REQUEST_BYTES = 16 * 1024;

/** Adds where certificates' statuses are asked, and where the answers are set. */
export function addOcspRoutes(app: Hono, { ocsp }: Emulator): void {
  for (const issuer of ["root", "intermediate"] as const satisfies OcspIssuer[]) {
    const address = `/ocsp/${issuer}`;
    app.post(address, async ({ req }) =>
      ocsp.respond(issuer, await readBytes(req.raw, MAX_REQUEST_BYTES), req.raw.signal),
    );
    // Or as base64 at the end of the address, slashes and all (RFC 6960 §A.1).
    app.get(`${address}/*`, ({ req }) => {
      const { pathname } = new URL(req.url);
      const asked = decode(pathname.slice(address.length + 1));
      return ocsp.respond(issuer, asked, req.raw.signal);
    });
  }
  app.get("/emulator/ocsp", (context) => context.json(ocsp.state()));
  app.patch("/emulator/ocsp", async (context) =>
    context.json(ocsp.configure(parseOcspChange(await readFields(context.req.raw)))),
  );
}

function decode(text: string): Uint8Array {
  try {
    return Buffer.from(decodeURIComponent(text), "base64");
  } catch (error) {
    throw emulatorError("INPUT_INVALID", "expected base64 in the address", { cause: error });
  }
}
