import { execFile } from "node:child_process";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const run = promisify(execFile);

/** A process's disk, which can be full. */
export interface FullDisk {
  /** Leaves no room. */
  fill(): Promise<void>;
  /** Makes room again. */
  empty(): Promise<void>;
}

/** Large enough for a control plane, and soon filled. */
const DISK = "24m";

/**
 * Mounts a small disk at a directory, for as long as the test goes on.
 *
 * @returns the disk, or the reason why there is none
 */
export async function mountDisk(directory: string): Promise<FullDisk | string> {
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${DISK},mode=700`, "tmpfs", directory]);
  } catch {
    return "this machine lets nobody mount a disk";
  }
  onTestFinished(async () => void (await run("umount", ["--lazy", directory])));
  const ballast = join(directory, "ballast");
  return {
    async fill() {
      const file = await open(ballast, "w");
      try {
        for (;;) await file.write(new Uint8Array(64 * 1024));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      } finally {
        await file.close();
      }
    },
    empty: () => rm(ballast),
  };
}

/**
 * Limits the files of a process: to write beyond fails as on a full disk, but as another error.
 *
 * @returns the limit, or the reason why there can be none
 */
export async function limitFiles(pid: number, sizeBytes: number): Promise<FullDisk | string> {
  // The hard limit stays, so that whoever owns the process may raise the soft one again.
  const limit = (soft: string) => run("prlimit", ["--pid", String(pid), `--fsize=${soft}:`]);
  try {
    await limit("unlimited");
  } catch {
    return "this machine has no prlimit";
  }
  return {
    fill: async () => void (await limit(String(sizeBytes))),
    empty: async () => void (await limit("unlimited")),
  };
}
