/**
 * How often a property is tried: as the test says, or as `HOLDFAST_FUZZ_RUNS` says for a long run. The
 * seed of a failure is printed with it; pass it to fast-check as `seed` to see it again.
 */
export function fuzzRuns(usual: number): number {
  const asked = Number(process.env["HOLDFAST_FUZZ_RUNS"]);
  return Number.isSafeInteger(asked) && asked > 0 ? asked : usual;
}
