import type { Words } from './en.js';

export const ruWatch: Words['watch'] = {
  title: 'События вживую',
  start: 'Следить',
  stop: 'Не следить',
  off: 'Всё, что приходит к автомату, как только пришло, даже то, что ничего не меняет. Muster рассказывает это, лишь пока кто-то следит.',
  none: 'Ещё ничего не пришло.',
  list: 'События, новые вверху',
  onlyChanges: 'Только изменения',
  waiting: (count) => `в очереди: ${count}`,
  stands: 'стоит в',
  unchanged: 'ничего не изменило',
  remembered: 'запомнил, без шага',
  orders: 'приказал',
  committed: (ms) => `зафиксировано за ${ms} мс`,
  buried: 'не дошло до автомата:',
  stately: 'Открыть в Stately',
  statelyHint: 'Показывает этот автомат в инспекторе Stately, на странице stately.ai',
};
