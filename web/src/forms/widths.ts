/** Fields are no wider than what is written into them, in pixels. */
export const FIELD_WIDTH = 560
