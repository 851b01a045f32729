import { expect, test } from "vitest";
import { describeUrlProblem } from "./webhook-url.ts";

const NONE = /^none$/;
const ADDRESS = /public internet/;

test.each([
  ["https://hooks.example.com/holdfast", NONE, NONE],
  ["https://hooks.example.com:8443/?a=b", NONE, NONE],
  ["https://1.1.1.1/", NONE, NONE],
  ["https://[2606:4700:4700::1111]/", NONE, NONE],
  ["http://hooks.example.com/", /https/, NONE],
  ["http://1.1.1.1/", /https/, /https/],
  ["http://127.0.0.1:8080/", /https/, NONE],
  ["https://127.0.0.1/", ADDRESS, NONE],
  // What a browser, too, takes for 127.0.0.1.
  ["https://2130706433/", ADDRESS, NONE],
  ["https://0x7f.1/", ADDRESS, NONE],
  ["https://localhost/", ADDRESS, NONE],
  ["https://localhost./", ADDRESS, NONE],
  ["https://app.localhost/", ADDRESS, NONE],
  ["https://[::1]/", ADDRESS, NONE],
  ["https://[::ffff:127.0.0.1]/", ADDRESS, NONE],
  ["https://169.254.169.254/latest/meta-data", ADDRESS, NONE],
  ["https://kim:secret@hooks.example.com/", /user/, /user/],
  ["https://kim@hooks.example.com/", /user/, /user/],
  ["https://[1::/", /URL/, /URL/],
])("describeUrlProblem() judges %s", (url, problem, problemInside) => {
  expect(describeUrlProblem(url, {}) ?? "none").toMatch(problem);
  expect(describeUrlProblem(url, { allowPrivateNetworks: true }) ?? "none").toMatch(problemInside);
});
