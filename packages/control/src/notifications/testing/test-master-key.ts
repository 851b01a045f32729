/** The master key of tests, which a child process needs, too. */
export const TEST_MASTER_KEY = new Uint8Array(32).fill(3);
