/** The end of its id: the beginning is the time at which it was made, which nodes have in common. */
export const nodeName = (id: string): string => id.slice(-8);
