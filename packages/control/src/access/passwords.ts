import { hash, parseOptions, verify } from "@node-rs/argon2";
import { newSecret, systemRandomBytes } from "./secrets.ts";

/** What a hash of a password costs. */
export interface PasswordCost {
  /** KiB of memory. */
  readonly memoryCost: number;
  /** Passes over it. */
  readonly timeCost: number;
  readonly parallelism: number;
}

/**
 * 19 MiB, two passes, one thread: OWASP's least for Argon2id. A few at once fit into a small container,
 * and libuv's pool lets no more than four run at a time.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
export const PASSWORD_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The library's number of Argon2id; its enum is gone at run time. */
const ARGON2ID = 2;

/** Passwords as they are kept and compared. */
export interface Passwords {
  /** Returns the hash to keep: Argon2id in PHC form. */
  hash(password: string): Promise<string>;
  /**
   * Tells whether a password is that of a hash. Without a hash it takes as long and says no, so that the
   * time does not tell which accounts there are.
   */
  verify(password: string, kept: string | null | undefined): Promise<boolean>;
  /** Tells whether a hash costs something else than hashes made now. */
  isOutdated(kept: string): boolean;
}

/** Returns passwords at a cost; default {@link PASSWORD_COST}. */
export function createPasswords(cost: PasswordCost = PASSWORD_COST): Passwords {
  const hashNow = async (password: string): Promise<string> =>
    hash(normalized(password), { ...cost, algorithm: ARGON2ID });
  let nobodys: Promise<string> | undefined;
  return {
    hash: hashNow,
    async verify(password, kept) {
      nobodys ??= hashNow(newSecret(systemRandomBytes));
      const isRight = await verify(kept ?? (await nobodys), normalized(password));
      return isRight && kept !== null && kept !== undefined;
    },
    isOutdated(kept) {
      const { memoryCost, timeCost, parallelism } = parseOptions(kept);
      return (
        !kept.startsWith("$argon2id$") ||
        memoryCost !== cost.memoryCost ||
        timeCost !== cost.timeCost ||
        parallelism !== cost.parallelism
      );
    },
  };
}

/** The same letters typed on another keyboard may be other code points (NIST SP 800-63B-4, section 3.1.1.2). */
function normalized(password: string): string {
  return password.normalize("NFKC");
}
