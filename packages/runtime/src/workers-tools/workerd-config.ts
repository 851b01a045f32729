/**
 * The configuration of workerd, in Cap'n Proto's text form. What each field means stands in
 * `workerd.capnp` of the npm package `workerd`.
 */

/** What a Worker is given beside its code. */
export interface WorkerdServices {
  /** Names of variables; their values are read from the process's environment, not from this text. */
  readonly variables: readonly string[];
  /** `host:port` of what answers for the namespace bound as `HOLDFAST_KV`. */
  readonly kvAddress?: string | undefined;
  /** `host:port` of what takes the messages of the queue bound as `HOLDFAST_DECISIONS`. */
  readonly queueAddress?: string | undefined;
  /** 0 takes a free one. */
  readonly port: number;
}

/** The file the Worker's code lies in, beside the configuration. */
export const WORKER_FILE = "worker.js";
/** The file of the Worker that passes events on which no request brings. */
export const TRIGGER_FILE = "trigger.js";
/** The socket requests come in by. */
export const HTTP_SOCKET = "http";
/** The socket events come in by. */
export const TRIGGER_SOCKET = "trigger";

/** What the Worker was built against: developers.cloudflare.com/workers/configuration/compatibility-dates. */
export const COMPATIBILITY_DATE = "2026-10-01";

/** Passes on what the platform would: a cron's time, a batch of a queue. */
export const TRIGGER_CODE = `const dated = ({ at, ...rest }, field) => ({ ...rest, [field]: new Date(at) });
export default {
  async fetch(request, { WORKER }) {
    const { cron, queue, messages } = await request.json();
    const outcome = cron === undefined
      ? await WORKER.queue(queue, messages.map((message) => dated(message, "timestamp")))
      : await WORKER.scheduled(dated(cron, "scheduledTime"));
    return Response.json(outcome);
  },
};
`;

/** Returns the configuration of one Worker that listens on this machine. */
export function workerdConfig(services: WorkerdServices): string {
  const { kvAddress, queueAddress, variables, port } = services;
  const bindings = [
    ...variables.map((name) => `(name = "${name}", fromEnvironment = "${name}")`),
    ...(kvAddress === undefined ? [] : [`(name = "HOLDFAST_KV", kvNamespace = "kv")`]),
    ...(queueAddress === undefined ? [] : [`(name = "HOLDFAST_DECISIONS", queue = "queue")`]),
  ];
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "trigger", worker = .trigger),
    (name = "network", network = (allow = ["public", "private", "local"], tlsOptions = (trustBrowserCas = true))),
${external("kv", kvAddress)}${external("queue", queueAddress)}  ],
  sockets = [
    (name = "${HTTP_SOCKET}", address = "127.0.0.1:${port}", http = (), service = "main"),
    (name = "${TRIGGER_SOCKET}", address = "127.0.0.1:0", http = (), service = "trigger"),
  ],
);

const worker :Workerd.Worker = (
  modules = [(name = "${WORKER_FILE}", esModule = embed "${WORKER_FILE}")],
  compatibilityDate = "${COMPATIBILITY_DATE}",
  globalOutbound = "network",
  bindings = [
${bindings.map((binding) => `    ${binding},\n`).join("")}  ],
);

const trigger :Workerd.Worker = (
  modules = [(name = "${TRIGGER_FILE}", esModule = embed "${TRIGGER_FILE}")],
  compatibilityDate = "${COMPATIBILITY_DATE}",
  compatibilityFlags = ["service_binding_extra_handlers"],
  bindings = [(name = "WORKER", service = "main")],
);
`;
}

function external(name: string, address: string | undefined): string {
  if (address === undefined) return "";
  return `    (name = "${name}", external = (address = "${address}", http = ())),\n`;
}
