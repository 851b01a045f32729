/** Marks an intermediate as Apple's Worldwide Developer Relations authority. */
export const INTERMEDIATE_OID = "1.2.840.113635.100.6.2.1";

/** Marks a leaf as one that signs what the App Store sends. */
export const LEAF_OID = "1.2.840.113635.100.6.11.1";
