import { readSandboxAccess } from "./sandbox-access.ts";
import type { SandboxAccess } from "./sandbox-access.ts";
import { verifySandbox } from "./verify-sandbox.ts";

const access = await readSandboxAccess(process.env);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (isMissing(access)) {
  say(`Apple's sandbox was not tried; missing: ${access.join(", ")}`);
} else {
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort(new Error("interrupted")));
  process.exitCode = (await verifySandbox(access, { say, signal: abort.signal })) ? 0 : 1;
}

function isMissing(found: SandboxAccess | readonly string[]): found is readonly string[] {
  return Array.isArray(found);
}
