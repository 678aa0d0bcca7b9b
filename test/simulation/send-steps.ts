/** Every call by which a message is brought on its way, and each answer that comes back: a crash may fall at any. */
export const SEND_STEPS = [
  'accept',
  'accept answered',
  'pending',
  'pending answered',
  'prepare',
  'prepare answered',
  'claim',
  'claim answered',
  'send',
  'send answered',
  'sendInTurn',
  'sendInTurn answered',
  'driver.acknowledged',
  'acknowledge',
  'acknowledge answered',
  'lookup',
  'lookup answered',
  'postpone',
  'postpone answered',
] as const;
export type SendStep = (typeof SEND_STEPS)[number];
