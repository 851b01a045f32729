import { FlagdCore, MemoryStorage } from "@openfeature/flagd-core";
import type { Logger } from "@openfeature/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { prepareText, subjectWith } from "../testing/flow-fixtures.ts";
import {
  bucketOf,
  hashOf,
  MAX_TOTAL_WEIGHT,
  PARTS_OF_WHOLE,
  partsOfPercent,
  saltOf,
} from "./bucketing.ts";
import { NO_STOPS } from "./decision.ts";
import { evaluate } from "./evaluate.ts";
import { murmur3 } from "./murmur3.ts";

const hash = fc.integer({ min: 0, max: 0xffff_ffff });
const transactionId = fc.stringMatching(/^[1-9][0-9]{14,16}$/);
const bytes = (text: string) => new TextEncoder().encode(text);

const silent: Logger = { error() {}, warn() {}, info() {}, debug() {} };

/** What flagd's `fractional` says, with our key as its explicit expression. */
function flagdVariant(key: string, weights: readonly number[]): string {
  const arms = weights.map((weight, index) => [`arm${index}`, weight] as const);
  const flags = {
    experiment: {
      state: "ENABLED",
      variants: Object.fromEntries(arms.map(([name]) => [name, name])),
      defaultVariant: "arm0",
      targeting: { fractional: [{ var: "key" }, ...arms] },
    },
  };
  const core = new FlagdCore(new MemoryStorage(silent), silent);
  core.setConfigurations(JSON.stringify({ flags }));
  return core.resolveStringEvaluation("experiment", "none", { key }, silent).value;
}

describe("murmur3()", () => {
  test.each([
    ["", 0, 0],
    ["", 1, 0x514e28b7],
    ["test", 0, 0xba6bd213],
    ["Hello, world!", 0, 0xc0363e43],
    ["The quick brown fox jumps over the lazy dog", 0, 0x2e4ff723],
    ["aaaa", 0x9747b28c, 0x5a97808a],
    ["aaa", 0x9747b28c, 0x283e0130],
    ["ππππππππ", 0x9747b28c, 0xd58063c1],
  ])("murmur3(%j, seed %i) is the published value", (text, seed, expected) => {
    expect(murmur3(bytes(text), seed)).toBe(expected);
  });
});

describe("bucketOf()", () => {
  test("is exactly (hash * totalWeight) >> 32 in big integers", () => {
    fc.assert(
      fc.property(hash, fc.integer({ min: 1, max: MAX_TOTAL_WEIGHT }), (value, total) => {
        expect(bucketOf(value, total)).toBe(Number((BigInt(value) * BigInt(total)) >> 32n));
      }),
    );
  });

  test("reaches the last bucket and never past it", () => {
    expect(bucketOf(0xffff_ffff, MAX_TOTAL_WEIGHT)).toBe(MAX_TOTAL_WEIGHT - 1);
    expect(bucketOf(0, MAX_TOTAL_WEIGHT)).toBe(0);
  });

  test("spreads subscriptions evenly over deciles", () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let id = 0; id < 20_000; id += 1) {
      const bucket = bucketOf(hashOf(saltOf("arm", "even"), String(2_000_000_000_000 + id)), 10);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    // 27.9 is the 0.999 quantile for nine degrees of freedom.
    expect(chiSquare).toBeLessThan(27.9);
  });
});

describe("partsOfPercent()", () => {
  test("keeps three decimals exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: PARTS_OF_WHOLE }), (parts) => {
        expect(partsOfPercent(parts / 1000)).toBe(parts);
      }),
    );
  });
});

function experiment({
  traffic,
  weights,
}: {
  traffic?: number;
  weights: readonly number[];
}): string {
  const arms = weights.map(
    (weight, index) => `{ name: arm${index}, weight: ${weight}, respond: { message: keep } }`,
  );
  const share = traffic === undefined ? "" : `traffic: ${traffic}, `;
  return `rules: [{ name: rule, experiment: { key: exp, ${share}arms: [${arms.join(", ")}] } }]`;
}

describe("arms", () => {
  test("are flagd's for the same key and weights", () => {
    const weights = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(transactionId, weights, (originalTransactionId, arms) => {
        const prepared = prepareText(experiment({ weights: arms }));
        const ours = evaluate(prepared, subjectWith({ originalTransactionId }), NO_STOPS);
        const theirs = flagdVariant(`arm/exp:${originalTransactionId}`, arms);
        expect(ours.experiment?.arm).toBe(theirs);
      }),
    );
  });

  test("stay as they are when traffic is raised", () => {
    const percent = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(transactionId, percent, percent, (originalTransactionId, a, b) => {
        const armAt = (traffic: number) => {
          const prepared = prepareText(experiment({ traffic, weights: [50, 50] }));
          return evaluate(prepared, subjectWith({ originalTransactionId }), NO_STOPS).experiment;
        };
        const [less, more] = [armAt(Math.min(a, b)), armAt(Math.max(a, b))];
        expect(less === undefined || less.arm === more?.arm).toBe(true);
      }),
    );
  });

  test("do not depend on traffic, holdout or rollout: every layer has its own salt", () => {
    const layers = ["holdout", "exclusionGroup", "rollout", "traffic", "arm"] as const;
    expect(
      new Set(layers.map((layer) => hashOf(saltOf(layer, "same"), "2000000000000001"))).size,
    ).toBe(layers.length);
  });
});
