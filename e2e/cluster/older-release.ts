import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The program as it was at a revision. */
export interface OlderRelease {
  /** Its own file, to be started. */
  readonly program: string;
  readonly revision: string;
  remove(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Puts the program as it was at a git revision into a temporary directory, with the dependencies it had: needs
 * npm's registry.
 *
 * @param revision - by default the newest tag before this one, or the commit before where there is none
 */
export async function installOlderRelease(revision = lastRelease()): Promise<OlderRelease> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-older-"));
  try {
    const hash = git(["rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`]);
    const archive = join(directory, "archive.tar");
    git(["archive", `--output=${archive}`, hash]);
    execFileSync("tar", ["-xf", archive, "-C", directory]);
    execFileSync("npm", ["ci", "--omit=dev", "--no-audit", "--no-fund", "--silent"], {
      cwd: directory,
      stdio: ["ignore", "ignore", "inherit"],
    });
    return {
      program: join(directory, "packages/cli/bin/holdfast.js"),
      revision: hash.slice(0, 12),
      remove: () => rm(directory, { recursive: true, force: true }),
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

function lastRelease(): string {
  try {
    return git(["describe", "--tags", "--abbrev=0", "HEAD^"]);
  } catch {
    return "HEAD^";
  }
}

function git(args: readonly string[]): string {
  return execFileSync("git", args, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}
