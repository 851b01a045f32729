import { describeRefusal } from "./request-refusal.ts";

/** Returns an answer in JSON that nobody may keep. */
export function jsonResponse(
  body: object,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...JSON_HEADERS, ...headers } });
}

const JSON_HEADERS = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
};

/** Returns the answer to a request that gets no decision: status, `code` and `message`. */
export function refusalResponse(error: unknown): Response {
  const { code, status, message } = describeRefusal(error);
  return jsonResponse({ code, message }, status, {
    ...(status === 405 ? { allow: "POST" } : {}),
    ...(code === "BODY_TOO_LARGE" ? { connection: "close" } : {}),
  });
}
