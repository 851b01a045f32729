/** The cookies of a server: their names and attributes. */
export interface Cookies {
  /** The session's cookie. */
  readonly session: string;
  /** The cookie that ties a login at the OpenID provider to one browser. */
  readonly login: string;
  /** Returns Set-Cookie for a new session of so many ms. */
  setSession(secret: string, lifetimeMs: number): string;
  /** Returns Set-Cookie that takes the session's cookie away. */
  clearSession(): string;
  /** Returns Set-Cookie for a login at the provider. */
  setLogin(secret: string, lifetimeMs: number): string;
  clearLogin(): string;
}

/**
 * Returns the cookies of a server that browsers reach by https, or not: on this machine alone, without TLS.
 *
 * With https their names begin with `__Host-`, which keeps a page of a sister domain from setting one. Of
 * a session `Strict`: our pages ask for everything themselves, so no link from elsewhere needs it. The one
 * of a login comes back from another site, hence `Lax`.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis
 */
export function createCookies(isSecure: boolean): Cookies {
  const prefix = isSecure ? "__Host-" : "";
  const session = `${prefix}holdfast_session`;
  const login = `${prefix}holdfast_login`;
  const secure = isSecure ? "; Secure" : "";
  const set = (pair: string, sameSite: string, lifetimeMs: number): string =>
    `${pair}; Path=/; Max-Age=${Math.floor(lifetimeMs / 1000)}; HttpOnly; SameSite=${sameSite}${secure}`;
  return {
    session,
    login,
    setSession: (secret, lifetimeMs) => set(`${session}=${secret}`, "Strict", lifetimeMs),
    clearSession: () => set(`${session}=`, "Strict", 0),
    setLogin: (secret, lifetimeMs) => set(`${login}=${secret}`, "Lax", lifetimeMs),
    clearLogin: () => set(`${login}=`, "Lax", 0),
  };
}
