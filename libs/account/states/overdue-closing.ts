/** The two steps of every closing that takes too long: by force first, then a person must look. */
export const endByForce = { actions: ['killSession', { type: 'setDeadline', params: { name: 'kill' } }] } as const;

export const notClosed = {
  target: '#account.FAILED.idle',
  actions: [{ type: 'show', params: { code: 'not_closed' } }],
} as const;
