import type { Words } from './en.js';

export const ukWatch: Words['watch'] = {
  title: 'Події наживо',
  start: 'Стежити',
  stop: 'Не стежити',
  off: 'Усе, що надходить до автомата, щойно надійшло, навіть те, що нічого не змінює. Muster розповідає це, лише доки хтось стежить.',
  none: 'Ще нічого не надійшло.',
  list: 'Події, найновіші вгорі',
  onlyChanges: 'Лише зміни',
  waiting: (count) => `у черзі: ${count}`,
  stands: 'стоїть у',
  unchanged: 'нічого не змінила',
  remembered: 'запам’ятав, без кроку',
  orders: 'наказав',
  committed: (ms) => `зафіксовано за ${ms} мс`,
  buried: 'не дійшла до автомата:',
  stately: 'Відкрити в Stately',
  statelyHint: 'Показує цей автомат в інспекторі Stately, на сторінці stately.ai',
};
