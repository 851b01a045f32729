/** What kept an answer from coming. */
export interface ConnectionFailure {
  /**
   * `unreachable`: no connection was made, so nothing was done. `untrusted`: nor was it here, for
   * the server's certificate is not trusted. `lost`: a connection ended too early.
   */
  readonly kind: "unreachable" | "untrusted" | "lost";
  /** The system's name for it, like `ECONNREFUSED`, where it gave one. */
  readonly reason: string | undefined;
}

/** Codes that only making a connection can have. */
const UNREACHABLE_CODES = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** System calls before a connection exists; `EHOSTUNREACH` and others may come later as well. */
const CONNECTING_SYSCALLS = new Set(["connect", "getaddrinfo"]);

const UNTRUSTED_CODE =
  /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY))/;

/** More causes of causes than any `fetch` gives. */
const MAX_CAUSES = 8;

/**
 * Returns what a rejected `fetch` means. Node's tells by the codes of its causes; where a host's
 * tells nothing, the connection counts as lost, for then Apple may have got the call.
 */
export function readConnectionFailure(error: unknown): ConnectionFailure {
  const causes = causesOf(error);
  const untrusted = causes.find(({ code }) => UNTRUSTED_CODE.test(code ?? ""));
  if (untrusted !== undefined) return { kind: "untrusted", reason: untrusted.code };
  const connecting = causes.find(isConnecting);
  if (connecting !== undefined) return { kind: "unreachable", reason: connecting.code };
  return { kind: "lost", reason: causes.find(({ code }) => code !== undefined)?.code };
}

interface SystemError {
  readonly code: string | undefined;
  readonly syscall: string | undefined;
}

function isConnecting({ code, syscall }: SystemError): boolean {
  return UNREACHABLE_CODES.has(code ?? "") || CONNECTING_SYSCALLS.has(syscall ?? "");
}

/** The error and its causes, the outermost first; of several tried addresses, the first. */
function causesOf(error: unknown): readonly SystemError[] {
  const causes: SystemError[] = [];
  let at = error;
  while (at instanceof Error && causes.length < MAX_CAUSES) {
    causes.push({ code: readName(at, "code"), syscall: readName(at, "syscall") });
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  return causes;
}

/** Names are shown to people, so nothing else passes. */
function readName(error: Error, field: "code" | "syscall"): string | undefined {
  const value: unknown = Reflect.get(error, field);
  return typeof value === "string" && /^\w{1,64}$/.test(value) ? value : undefined;
}
