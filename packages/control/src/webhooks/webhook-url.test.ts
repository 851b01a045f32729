import { expect, test } from "vitest";
import { describeUrlProblem } from "./webhook-url.ts";

const ADDRESS = /public internet/;

test.each([
  ["https://hooks.example.com/holdfast", undefined, undefined],
  ["https://hooks.example.com:8443/?a=b", undefined, undefined],
  ["https://1.1.1.1/", undefined, undefined],
  ["https://[2606:4700:4700::1111]/", undefined, undefined],
  ["http://hooks.example.com/", /https/, undefined],
  ["http://1.1.1.1/", /https/, /https/],
  ["http://127.0.0.1:8080/", /https/, undefined],
  ["https://127.0.0.1/", ADDRESS, undefined],
  // What a browser, too, takes for 127.0.0.1.
  ["https://2130706433/", ADDRESS, undefined],
  ["https://0x7f.1/", ADDRESS, undefined],
  ["https://localhost/", ADDRESS, undefined],
  ["https://localhost./", ADDRESS, undefined],
  ["https://app.localhost/", ADDRESS, undefined],
  ["https://[::1]/", ADDRESS, undefined],
  ["https://[::ffff:127.0.0.1]/", ADDRESS, undefined],
  ["https://169.254.169.254/latest/meta-data", ADDRESS, undefined],
  ["https://kim:secret@hooks.example.com/", /user/, /user/],
  ["https://kim@hooks.example.com/", /user/, /user/],
  ["https://[1::/", /URL/, /URL/],
] as const)("describeUrlProblem() judges %s", (url, problem, problemInside) => {
  const expected = (pattern: RegExp | undefined): unknown =>
    pattern === undefined ? undefined : (expect.stringMatching(pattern) as unknown);
  expect(describeUrlProblem(url, {})).toEqual(expected(problem));
  const inside = describeUrlProblem(url, { allowPrivateNetworks: true });
  expect(inside).toEqual(expected(problemInside));
});
