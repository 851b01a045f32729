import { CodedError } from "@holdfast/appstore/errors";
import type { Io, Options } from "../command.ts";
import { openControl } from "../control-plane/open-control.ts";
import { fine, flawed } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import { valuesOf } from "../workers/await-written.ts";
import { findWorkersTarget } from "../workers/find-target.ts";
import type { WorkersTarget } from "../workers/find-target.ts";

const CODE = "WORKERS";

/**
 * Asks the control plane whether what is live and stopped is written for an app's Cloudflare Workers; finds
 * nothing where the app has none. Never throws for what it finds.
 */
export async function checkWorkers(
  app: string,
  options: Options,
  io: Io,
): Promise<readonly Finding[]> {
  try {
    const { client } = await openControl({ options }, io);
    const target = await findWorkersTarget(client, app);
    return target === undefined ? [] : [findingOf(app, target)];
  } catch (error) {
    // Whoever looks at subscribers before asked the same control plane, and says so.
    if (error instanceof CodedError) return [];
    throw error;
  }
}

function findingOf(app: string, target: WorkersTarget): Finding {
  const { namespaceId, subscribers } = target;
  const values = valuesOf(target);
  const problem =
    values.find((value) => value.problem !== undefined)?.problem ?? subscribers.problem;
  if (problem !== undefined) {
    return flawed("fail", CODE, {
      message: `what changes cannot be written for the Workers of ${app}: ${problem}`,
      advice: ADVICE[problem] ?? "see docs/workers.md; the control plane goes on trying",
    });
  }
  const waiting = values.filter(({ waitingSequence }) => waitingSequence !== undefined).length;
  if (waiting === 0) {
    return fine(CODE, `all that is live and stopped is written to the namespace ${namespaceId}`);
  }
  return flawed("warn", CODE, {
    message: `${waiting} values wait to be written to the namespace ${namespaceId}`,
    advice: "look again in a moment: they are written within seconds, when jobs run",
  });
}

const ADVICE: Readonly<Record<string, string>> = {
  CLOUDFLARE_REFUSED:
    "make a token with Workers KV Storage: Edit at Cloudflare, and give it with holdfast workers connect",
  CLOUDFLARE_UNREACHABLE:
    "the control plane goes on trying; see that it reaches api.cloudflare.com, and www.cloudflarestatus.com",
  CLOUDFLARE_RATE_LIMITED:
    "the control plane goes on trying; something else uses up the 1,200 calls in five minutes of the token's user",
};
