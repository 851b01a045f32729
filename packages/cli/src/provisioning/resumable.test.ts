import { expect, test } from "vitest";
import type { FakeIo } from "../testing/fake-io.ts";
import { errorOf, run } from "../testing/run.ts";
import { createProvisioningWorld } from "./testing/provisioning-world.ts";

/** Ctrl-C comes when the n-th request is answered. */
function interruptedAt(io: FakeIo, n: number): FakeIo {
  let requests = 0;
  return {
    ...io,
    async fetch(url, init) {
      const answer = await io.fetch(url, init);
      requests += 1;
      if (requests === n) io.interrupt();
      return answer;
    },
  };
}

test.each([
  ["while it plans", 1, "plan --environment sandbox"],
  [
    "while it reads default messages",
    2,
    "plan --environment sandbox --refresh --rollback-window 7",
  ],
  ["while it plans", 2, "apply ./flow.yaml --environment sandbox"],
  ["while it uploads", 5, "apply --environment sandbox --prune --confirm"],
  ["while it reads", 1, "export --environment sandbox --bundle-id com.example.yoga"],
  ["while it reads defaults", 9, "export --environment sandbox --from flow.yaml --refresh"],
  ["while it uploads", 5, "deploy --environment sandbox --app yoga --data .holdfast"],
])("Ctrl-C %s, at request %i, tells how to go on with %s", async (_, request, line) => {
  await using world = await createProvisioningWorld();
  const io = interruptedAt(world.io, request);
  expect(await run(io, `${line} --output json`)).toBe(130);
  const error = errorOf(world.io);
  expect(error["code"]).toBe("INTERRUPTED");
  const said = String(error["advice"]).replace(/^nothing is lost; go on with: /, "");
  expect(words(said)).toEqual(words(`holdfast ${line} --output json`));
});

test("the command line to go on with is one a shell reads as it was, without what the environment says", async () => {
  await using world = await createProvisioningWorld({ HOLDFAST_STOREKIT_ENVIRONMENT: "sandbox" });
  const io = interruptedAt(world.io, 1);
  expect(await run(io, "plan --state it's;here.json")).toBe(130);
  expect(world.io.err()).toContain(
    String.raw`go on with: holdfast plan --state 'it'\''s;here.json'` + "\n",
  );
});

/** The order of options does not matter. */
function words(line: string): readonly string[] {
  return line.split(" ").toSorted();
}
