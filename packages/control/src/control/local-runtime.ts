import { createHash, timingSafeEqual } from "node:crypto";
import type { Authenticate, Caller } from "../http/index.ts";

/** The runtime in this process: it may read everything that runtimes read. */
const LOCAL_RUNTIME: Caller = {
  kind: "token",
  id: "local",
  person: "local",
  name: "the runtime of this process",
  role: "runtime",
  apps: "all",
};

/** Lets the runtime of this process in by a token nobody else has; asks `next` for all others. */
export function withLocalRuntime(token: string | undefined, next: Authenticate): Authenticate {
  if (token === undefined) return next;
  const expected = hash(token);
  return async (credentials) => {
    const isLocal =
      credentials.kind === "bearer" && timingSafeEqual(hash(credentials.secret), expected);
    return isLocal ? LOCAL_RUNTIME : next(credentials);
  };
}

/** Of one length, so that comparing tells nothing of the token. */
function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
