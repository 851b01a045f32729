import type { KvNamespace } from "../workers/platform.ts";

/** A namespace in memory that says what was done with it; consistent at once, which the real one is not. */
export interface FakeKv extends KvNamespace {
  readonly values: Map<string, string>;
  /** What was asked of it, like `get live/yoga/sandbox`. */
  readonly calls: string[];
  /** From now on everything fails. */
  fail(): void;
  /** Is waited for at each read; what it throws, the read throws. */
  onGet: (key: string) => void | Promise<void>;
}

/** Returns an empty one. */
export function createFakeKv(): FakeKv {
  const values = new Map<string, string>();
  const calls: string[] = [];
  let isFailing = false;
  const called = (call: string): void => {
    calls.push(call);
    if (isFailing) throw new Error("the namespace is away");
  };
  const kv: FakeKv = {
    values,
    calls,
    onGet: () => undefined,
    fail() {
      isFailing = true;
    },
    async get(key) {
      called(`get ${key}`);
      await kv.onGet(key);
      return values.get(key) ?? null;
    },
    async put(key, value) {
      called(`put ${key}`);
      values.set(key, value);
    },
    async list({ prefix, limit }) {
      called(`list ${prefix}`);
      const keys = [...values.keys()].filter((key) => key.startsWith(prefix)).slice(0, limit);
      return { keys: keys.toSorted().map((name) => ({ name })) };
    },
  };
  return kv;
}
