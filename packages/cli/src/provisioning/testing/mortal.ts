import type { ApiFetch } from "@holdfast/appstore/http";
import { DISK } from "../../file-steps.ts";
import type { FileSteps } from "../../file-steps.ts";

/** What a process does to the world, until it ends at a point: then nothing it does has an effect. */
export interface Mortal {
  /** The points that were passed, in order: one before and one after each request and each step of a file. */
  readonly points: readonly string[];
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly fetch: ApiFetch;
  readonly files: FileSteps;
}

/** Makes a {@link Mortal} that ends at its `endsAt`-th point, counted from 1; without it never. */
export function createMortal(fetchFromHere: ApiFetch, endsAt = Infinity): Mortal {
  const points: string[] = [];
  const ended = Promise.withResolvers<void>();
  /** Does not come back from the last point: whoever waits there is gone, with his `finally`. */
  const pass = async (name: string, lastDeed?: () => Promise<void>): Promise<void> => {
    points.push(name);
    if (points.length < endsAt) return;
    if (points.length === endsAt) {
      await lastDeed?.();
      ended.resolve();
    }
    await new Promise<never>(() => undefined);
  };
  const around = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    await pass(`before ${name}`);
    const result = await act();
    await pass(`after ${name}`);
    return result;
  };
  return {
    points,
    ended: ended.promise,
    fetch: (url, init) => {
      const name = `${init.method ?? "GET"} ${new URL(url).pathname}`;
      return around(name, () => fetchFromHere(url, init));
    },
    files: {
      create: (path, content, options) =>
        around(`create ${suffixOf(path)}`, async () => {
          const half = content.slice(0, content.length / 2);
          await pass(`half of create ${suffixOf(path)}`, () => DISK.create(path, half, options));
          await DISK.create(path, content, options);
        }),
      rename: (from, to) =>
        around(`rename ${suffixOf(from)} ${suffixOf(to)}`, () => DISK.rename(from, to)),
      remove: (path) => around(`remove ${suffixOf(path)}`, () => DISK.remove(path)),
    },
  };
}

function suffixOf(path: string): string {
  return /\.[a-z]+$/.exec(path)?.[0] ?? "";
}
