import { expect, test } from "vitest";
import { nginxConfig } from "./nginx-config.ts";

const PORTS = { answering: 1, administering: 2, runtimes: [3, 4], controls: [5] };
const RULES = { answering: "proxy_read_timeout 400ms;", administering: "proxy_read_timeout 60s;" };

function configWith(patience: number): string {
  return nginxConfig(PORTS, RULES, { directory: "/tmp/x", patience });
}

test("nginxConfig() takes the deployment's rules as they are", () => {
  for (const rules of Object.values(RULES)) expect(configWith(1)).toContain(rules);
});

test("nginxConfig() gives answers more time where asked to, and nobody else", () => {
  const config = configWith(10);
  expect(config).toContain("proxy_read_timeout 4000ms;");
  expect(config).toContain(RULES.administering);
});

test("nginxConfig() listens on this machine alone", () => {
  const listens = [...configWith(1).matchAll(/listen ([^;]+);/g)].map(([, address]) => address);
  expect(listens).toEqual(["127.0.0.1:1", "127.0.0.1:2"]);
});
