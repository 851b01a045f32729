import { UsageError } from "@holdfast/appstore/errors";
import type { Authenticate, Feature } from "../http/index.ts";
import { createIdSource } from "../storage/index.ts";
import type { Database, IdSource } from "../storage/index.ts";
import { ACCESS_LIFETIMES } from "./access-services.ts";
import type { AccessLifetimes, AccessServices } from "./access-services.ts";
import { findToken } from "./api-tokens.ts";
import { invitationOperations } from "./invitations.ts";
import { createPasswords } from "./passwords.ts";
import type { PasswordCost } from "./passwords.ts";
import { peopleOperations } from "./people-operations.ts";
import { systemRandomBytes } from "./secrets.ts";
import type { RandomBytes } from "./secrets.ts";
import { createCookies } from "./session-cookie.ts";
import type { ProviderOptions } from "./provider/provider-options.ts";
import { providerPages } from "./provider/provider-pages.ts";
import { sessionListOperations } from "./session-list.ts";
import { findSession } from "./sessions.ts";
import { prepareSetup, setupOperations } from "./setup.ts";
import type { SetupLink } from "./setup.ts";
import { setupPage } from "./setup-page.ts";
import { signInOperations } from "./sign-in.ts";
import { tokenOperations } from "./token-operations.ts";

/** What access is made from. */
export interface AccessOptions {
  readonly database: Database;
  /** Where browsers reach us, like `https://holdfast.example.com`; with https cookies are Secure. */
  readonly publicUrl: string;
  /** An OpenID provider to sign in with; default: passwords alone. */
  readonly provider?: ProviderOptions | undefined;
  readonly lifetimes?: Partial<AccessLifetimes> | undefined;
  /** What passwords hashed now cost; default OWASP's least. */
  readonly passwordCost?: PasswordCost | undefined;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: (() => number) | undefined;
  readonly ids?: IdSource | undefined;
  /** Default: the system's generator. */
  readonly random?: RandomBytes | undefined;
}

/** Who may do what. */
export interface Access {
  readonly feature: Feature;
  readonly authenticate: Authenticate;
  /** The name of the session's cookie. */
  readonly cookieName: string;
  /** The origin browsers reach us by. */
  readonly publicOrigin: string;
  /**
   * Returns a link to make the first admin by, once, and within the hour; undefined where there is an admin.
   * To be called at each start, and printed.
   */
  readonly prepareSetup: () => Promise<SetupLink | undefined>;
}

/**
 * Returns access: people, sessions, tokens, invitations, the first setup, and sign-in with a provider.
 *
 * @throws UsageError `PUBLIC_URL_INVALID`, `PROVIDER_ISSUER_INVALID`
 */
export function createAccess(options: AccessOptions): Access {
  const services = servicesOf(options);
  return {
    feature: {
      operations: [
        ...setupOperations(services),
        ...signInOperations(services),
        ...sessionListOperations(services),
        ...invitationOperations(services),
        ...peopleOperations(services),
        ...tokenOperations(services),
      ],
      pages: [
        setupPage,
        ...(options.provider === undefined ? [] : providerPages(services, options.provider)),
      ],
    },
    authenticate: async ({ kind, secret }) =>
      kind === "bearer" ? findToken(secret, services) : findSession(secret, services),
    cookieName: services.cookies.session,
    publicOrigin: new URL(services.publicUrl).origin,
    prepareSetup: () => prepareSetup(services),
  };
}

function servicesOf(options: AccessOptions): AccessServices {
  const publicUrl = parsePublicUrl(options.publicUrl);
  const now = options.now ?? Date.now;
  return {
    database: options.database,
    passwords: createPasswords(options.passwordCost),
    cookies: createCookies(publicUrl.startsWith("https:")),
    lifetimes: { ...ACCESS_LIFETIMES, ...options.lifetimes },
    publicUrl,
    ids: options.ids ?? createIdSource({ now }),
    random: options.random ?? systemRandomBytes,
    now,
  };
}

/** An origin alone: the cookies and the console are at its root. */
function parsePublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (url !== undefined && isWeb && `${url.origin}/` === url.href) return url.origin;
  throw new UsageError(
    "PUBLIC_URL_INVALID",
    "expected a public URL like https://holdfast.example.com, without a path; set HOLDFAST_PUBLIC_URL",
  );
}
