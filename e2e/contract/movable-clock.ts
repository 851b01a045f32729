/** What moves the clock of a Worker that was given one. */
export const MOVE_CLOCK_PATH = "/contract/clock";

/** How far it is moved at a time, ms: a copy of what is published is then old, and a request still fresh. */
const STEP_MS = 40_000;

/** How a bundle ends. */
const DEFAULT_EXPORT = /export\s*\{\s*(?<name>[\w$]+) as default\s*\};?\s*$/;

/**
 * Returns a Worker's code with a clock that jumps ahead at each request for {@link MOVE_CLOCK_PATH}: what a Worker
 * looks for every half a minute it looks for at once, and a test waits for nothing.
 */
export function withMovableClock(code: string): string {
  const name = DEFAULT_EXPORT.exec(code)?.groups?.["name"];
  if (name === undefined) throw new Error("the bundle has no default export at its end");
  return `const contractNow = Date.now;
let contractShiftMs = 0;
Date.now = () => contractNow() + contractShiftMs;
${code.replace(DEFAULT_EXPORT, "")}
export default {
  ...${name},
  fetch(request, env, context) {
    if (new URL(request.url).pathname !== "${MOVE_CLOCK_PATH}") return ${name}.fetch(request, env, context);
    contractShiftMs += ${STEP_MS};
    return new Response();
  },
};
`;
}
