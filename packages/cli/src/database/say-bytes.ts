const UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** Says a size for people, like `4.2 MB`; a KB has 1000 bytes. */
export function sayBytes(sizeBytes: number): string {
  let [size, unit] = [sizeBytes, 0];
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${UNITS[unit] ?? "B"}`;
}
