import type { KvNamespaceClient, KvPair } from "@holdfast/runtime/workers-publishing";

/** A namespace in memory, that does what a test says before and after it is written. */
export interface MemoryNamespace extends KvNamespaceClient {
  readonly values: ReadonlyMap<string, string>;
  /** How many pairs, or keys to delete, each call had. */
  readonly calls: number[];
  /** Called before a call has done anything; what it throws, the call throws. */
  before: () => Promise<void>;
  /** Called once a call has done all; what it throws, the call throws although all is done. */
  after: () => Promise<void>;
}

/** Returns an empty one. */
export function createMemoryNamespace(): MemoryNamespace {
  const values = new Map<string, string>();
  const calls: number[] = [];
  async function change(count: number, act: () => void): Promise<void> {
    await namespace.before();
    calls.push(count);
    act();
    await namespace.after();
  }
  const namespace: MemoryNamespace = {
    values,
    calls,
    before: () => Promise.resolve(),
    after: () => Promise.resolve(),
    put: (pairs: readonly KvPair[]) =>
      change(pairs.length, () => {
        for (const { key, value } of pairs) values.set(key, value);
      }),
    remove: (keys) =>
      change(keys.length, () => {
        for (const key of keys) values.delete(key);
      }),
    read: (key) => Promise.resolve(values.get(key)),
  };
  return namespace;
}
