/** What each exit code of every command means; published in docs/cli.md. */
export const EXIT_CODES = {
  0: "done, or the answer is yes",
  1: "something failed on the way (Apple, the network, a disk), or the answer is no (a case failed, a signature does not hold)",
  2: "the command line, a file or a flow is invalid; nothing was done",
  3: "`plan`, `flow diff` or `flow compare` found changes",
  4: "Apple's performance test, or `endpoint check`, ended with FAIL",
  5: "waited as long as allowed and it is still pending; nothing is lost, run it again",
  6: "refused, because it would change something and --read-only is on",
  130: "ended by Ctrl-C; servers shut down at the first one and then exit 0",
} as const;
