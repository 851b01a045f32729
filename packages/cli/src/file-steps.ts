import { open, rename, rm } from "node:fs/promises";

/** How a file is made. */
interface CreateOptions {
  /** Its permissions. */
  readonly mode: number;
  /** Whether it is on the disk when the step is done, and so outlasts a power cut. */
  readonly isDurable: boolean;
}

/** The steps files are changed in; a test ends a process between any two of them. */
export interface FileSteps {
  /** Makes a file; fails with `EEXIST` when there is one. */
  readonly create: (
    path: string,
    content: string | Uint8Array,
    options: CreateOptions,
  ) => Promise<void>;
  /** Moves a file over what is at the new path, if anything is. */
  readonly rename: (from: string, to: string) => Promise<void>;
  /** Removes a file; does nothing when there is none. */
  readonly remove: (path: string) => Promise<void>;
}

/** The steps on the disk. */
export const DISK: FileSteps = {
  async create(path, content, { mode, isDurable }) {
    const file = await open(path, "wx", mode);
    try {
      // The umask may have taken some of them away.
      await file.chmod(mode);
      await file.writeFile(content);
      if (isDurable) await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  remove: (path) => rm(path, { force: true }),
};
