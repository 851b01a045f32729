import { decodeBase64Url } from "@holdfast/appstore/crypto";
import { BadDataError } from "@holdfast/appstore/errors";
import type { Command } from "../../command.ts";
import { readCompactJws } from "../../compact-jws.ts";
import { print } from "../../output.ts";

/** `holdfast jws decode` */
export const decode: Command = {
  summary: "Show what is inside, without verifying it",
  description:
    "Prints header and payload of anything the App Store signs. Nothing is verified: whoever made it could have written anything.",
  arguments: [
    {
      name: "file",
      description: "a compact JWS, or Apple's JSON around it; - is stdin",
      required: true,
    },
  ],
  examples: [
    { line: "holdfast jws decode request.json", does: "look into a captured real-time request" },
    { line: "pbpaste | holdfast jws decode -", does: "look into what was copied" },
  ],
  async run(input, io) {
    const compact = await readCompactJws(io, input.arguments[0] ?? "-");
    const [header, payload] = compact.split(".");
    const decoded = { verified: false, header: parsePart(header), payload: parsePart(payload) };
    if (!input.options.json) io.stderr("not verified: see `holdfast jws verify`\n");
    print(input, io, {
      json: decoded,
      table: () => [JSON.stringify({ ...decoded, verified: undefined }, undefined, 2)],
    });
    return 0;
  },
};

function parsePart(part: string | undefined): unknown {
  try {
    return JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(decodeBase64Url(part ?? "")),
    );
  } catch (cause) {
    throw new BadDataError("JWS_MALFORMED", "expected a compact JWS of three base64url parts", {
      cause,
    });
  }
}
