import { createServer } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import type { ControlCommand, ControlMessage } from "../control-messages.ts";
import type { ControlSettings } from "../control-settings.ts";

// Stands for the control plane: answers with the path, and dies when asked to, or before it listens.
const { socketPath } = workerData as ControlSettings;
const tell = (message: ControlMessage): void => parentPort?.postMessage(message);

const failing = process.env["FAKE_FAILURE"];
if (failing !== undefined) {
  const kind = failing === "passing" ? "passing" : "policy";
  tell({ kind: "failed", failure: { code: "FAKE_FAILED", message: "as told", kind } });
} else {
  const server = createServer((incoming, outgoing) => {
    if (incoming.url === "/die") process.exit(1);
    outgoing.end(incoming.url);
  });
  server.listen(socketPath, () => tell({ kind: "up", setupUrl: "http://localhost/setup#code" }));
  parentPort?.on("message", (command: ControlCommand) => {
    if (command.kind === "renderMetrics") {
      tell({ kind: "metrics", id: command.id, text: "fake 1\n" });
    }
    if (command.kind !== "close") return;
    server.close();
    parentPort?.close();
  });
}
