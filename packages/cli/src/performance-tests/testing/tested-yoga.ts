import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FakeIo } from "../../testing/fake-io.ts";
import { addYogaWithKeys, startYogaControl } from "../../testing/yoga-control.ts";
import type { YogaControl } from "../../testing/yoga-control.ts";

/** The URL that Apple asks in the sandbox. */
export const TESTED_URL = "https://retention.example.com/apple/retention/yoga/sandbox";

const SANDBOX = { app: "yoga", environment: "sandbox" } as const;
/** The local App Store has it, approved. */
const MESSAGE = "551ee7c0-c097-418e-9dd5-2a98533a7390";

/** How Apple's requests are answered. */
interface Answers {
  isGood: boolean;
  /** When they are answered. */
  after: Promise<void>;
}

/** A control plane, the local App Store it asks, and a server on this machine that the App Store asks. */
export interface TestedYoga extends Pick<YogaControl, "emulator" | "server"> {
  /** Opens an admin's world; while it sleeps, the control plane asks Apple for results at once. */
  readonly openIo: (isErrTty?: boolean) => Promise<FakeIo>;
  /** Keeps all answers back until the function it returns is called. */
  readonly holdAnswers: () => () => void;
  /** Has all answers be good, or none. */
  readonly answerWell: (isGood: boolean) => void;
  /** Resolves when Apple has the end of a test. */
  readonly finished: (requestId: unknown) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** Starts them, with the app's keys added and its URL set. */
export async function startTestedYoga(): Promise<TestedYoga> {
  const answers: Answers = { isGood: true, after: Promise.resolve() };
  const endpoint = await listen(answers);
  const control = await startYogaControl({
    resolve: [{ from: TESTED_URL, to: endpoint.url }],
    performanceTest: { totalRequests: 4, totalDuration: 0 },
    answerTimeoutMs: 10_000,
  });
  const { emulator, server } = control;
  await using setUp = await server.openIo();
  await addYogaWithKeys(setUp, control);
  emulator.configureRealtimeUrl(SANDBOX, TESTED_URL);
  return {
    emulator,
    server,
    async openIo(isErrTty = false) {
      const io = await server.openIo({ isErrTty });
      return {
        ...io,
        async sleep(ms, signal) {
          await askNow(control);
          await io.sleep(ms, signal);
        },
      };
    },
    holdAnswers() {
      const held = Promise.withResolvers<void>();
      answers.after = held.promise;
      return () => held.resolve();
    },
    answerWell(isGood) {
      answers.isGood = isGood;
    },
    finished: (requestId) => emulator.performanceTestFinished("yoga", String(requestId)),
    async close() {
      await control.close();
      endpoint.server.closeAllConnections();
      await new Promise((resolve) => endpoint.server.close(resolve));
    },
  };
}

async function listen(
  answers: Answers,
): Promise<{ readonly server: Server; readonly url: string }> {
  const body = JSON.stringify({ message: { messageIdentifier: MESSAGE } });
  const answer = async (response: ServerResponse): Promise<void> => {
    await answers.after;
    response.writeHead(answers.isGood ? 200 : 500, { "content-type": "application/json" });
    response.end(body);
  };
  const server = createServer((_request, response) => void answer(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A listening TCP server's address is an object.
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** The control plane gives Apple time before it asks; its own job then asks in earnest. */
async function askNow({ server: { database } }: YogaControl): Promise<void> {
  await database.queries
    .updateTable("performance_tests")
    .set({ next_ask_at: 0 })
    .where("next_ask_at", "is not", null)
    .execute();
  await database.queries
    .updateTable("jobs")
    .set({ due_at: 0 })
    .where("kind", "=", "apple.performance-tests")
    .where("finished_at", "is", null)
    .where("lease", "is", null)
    .execute();
}
