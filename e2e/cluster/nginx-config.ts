import { userInfo } from "node:os";

/** Who stands behind the proxy, and where it listens; all on this machine. */
export interface NginxPorts {
  /** Where the App Store asks. */
  readonly answering: number;
  /** Where runtimes and administrators ask. */
  readonly administering: number;
  readonly runtimes: readonly number[];
  readonly controls: readonly number[];
}

/** What is taken from `deploy/compose/nginx` as it is. */
export interface NginxRules {
  readonly answering: string;
  readonly administering: string;
}

/** Tells which runtimes were asked, the last of which answered. */
export const ASKED_HEADER = "X-Asked";

/**
 * Returns a configuration of nginx for a cluster on this machine: the rules are those of the deployment, only
 * names, ports and places are the machine's.
 *
 * @param patience - times as long as the deployment's an answer may take: a test judges what gets lost, on machines
 *   that do other work besides
 */
export function nginxConfig(
  { answering, administering, runtimes, controls }: NginxPorts,
  rules: NginxRules,
  { directory, patience }: { readonly directory: string; readonly patience: number },
): string {
  return `user ${userInfo().username};
worker_processes 1;
daemon off;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log warn;
events { worker_connections 1024; }
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${directory}/${kind};`).join("\n  ")}
  ${upstream("runtimes", runtimes)}
  ${upstream("controls", controls)}
  server {
    listen 127.0.0.1:${answering};
    location /apple/retention/ {
      proxy_pass http://runtimes;
      add_header ${ASKED_HEADER} $upstream_addr always;
      ${prolonged(rules.answering, patience)}
    }
  }
  server {
    listen 127.0.0.1:${administering};
    location / {
      proxy_pass http://controls;
      ${rules.administering}
    }
  }
}
`;
}

/** Who could not be reached is left out for two seconds. */
function upstream(name: string, ports: readonly number[]): string {
  const servers = ports.map((port) => `server 127.0.0.1:${port} max_fails=2 fail_timeout=2s;`);
  return `upstream ${name} { zone ${name} 64k; keepalive 32; ${servers.join(" ")} }`;
}

/** Makes every time that is given in milliseconds longer. */
function prolonged(rules: string, times: number): string {
  return rules.replaceAll(/\b(\d+)ms\b/g, (_, ms: string) => `${Number(ms) * times}ms`);
}
