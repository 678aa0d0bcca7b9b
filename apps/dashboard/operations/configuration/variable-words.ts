import type { ConfigurationVariable } from '#libs/contracts/configuration';
import type { Language } from '../../words/language.js';

export interface DescribedVariable extends ConfigurationVariable {
  /** Of the description. */
  readonly language: Language;
}

/** In the person’s language; one that is younger than this page in the words of the API. */
export function describedIn(language: Language, variable: ConfigurationVariable): DescribedVariable {
  const said = language === 'en' ? undefined : VARIABLE_WORDS[language][variable.name];
  return said === undefined ? { ...variable, language: 'en' } : { ...variable, description: said, language };
}

/** What a variable is, in the languages that the API does not speak; English is its own. By the name of the variable. */
export const VARIABLE_WORDS: Readonly<Record<Exclude<Language, 'en'>, Readonly<Record<string, string>>>> = {
  uk: {
    HOST: 'Адреса, на якій слухати. Будь-яка, крім loopback, потребує API_KEYS.',
    PORT: 'Порт, на якому слухати; 0 бере будь-який вільний (який саме, скаже журнал).',
    DATA_DIR: 'Тека бази, входів і замка. Робіть її резервні копії.',
    DATABASE_URL: 'Який Postgres використовувати. Не задано: вбудований у DATA_DIR.',
    API_KEYS: 'Ключі, які має показати той, хто викликає (X-Api-Key або Authorization: Bearer), через кому.',
    CHROMIUM_PATH:
      'Який браузер використовувати. Не задано: його шукають, інакше завантажують, інакше (root на Debian) ставлять через apt-get.',
    CHROMIUM_ARGS:
      'Додаткові прапорці браузера; діляться, як слова в командній оболонці: прапорець із пробілами беріть у лапки.',
    ALLOW_PRIVATE_TARGETS: 'Чи можуть вебхуки й URL файлів вказувати на приватні або loopback-адреси?',
    WHATSAPP_BROWSER: 'shell: headless shell (половина пам’яті); full: цілий Chromium; auto: shell, де він є.',
    AUTO_RESTORE: 'Під час запуску з’єднувати те, що мало бути з’єднаним раніше.',
    SHUTDOWN_DEADLINE_MS: 'Найдовша ввічлива зупинка; що після неї відкрите, завершують силою.',
    LOG_LEVEL: 'Найнижчий рівень, який пишуть у журнал.',
    STATELY_INSPECTOR:
      'Дає /stately: акаунти в інспекторі Stately, сторінці stately.ai у вашому браузері. Лише на loopback.',
    NATS_URL: 'Кластер. Ще не збудовано: лишіть порожнім.',
    LAUNCH_DEADLINE_MS: 'Від запуску сеансу до першого знаку провайдера.',
    QR_SCAN_DEADLINE_MS: 'Як довго QR-код пропонують для сканування.',
    AUTHENTICATION_DEADLINE_MS: 'Від прийнятого входу до перевіреного з’єднання.',
    DEGRADED_DEADLINE_MS: 'Як довго з’єднаний акаунт може бути без свого сокета, перш ніж його перезапустять.',
    PROVIDER_TIMEOUT_DEADLINE_MS: 'Те саме, коли сторінка каже, що провайдер їй не відповідає (TIMEOUT).',
    CONFLICT_WAIT_MS: 'Пауза перед єдиною наступною спробою після того, як акаунт відкрили деінде.',
    PROBE_EVERY_MS: 'Як часто сторінку з’єднаного акаунта питають про ознаку життя.',
    PROBE_ANSWER_MS_MAX: 'Скільки це може тривати; двічі без відповіді, і сеанс замінюють.',
    CLOSE_DEADLINE_MS: 'Скільки сеанс може закриватися, перш ніж його вб’ють.',
    KILL_DEADLINE_MS: 'Від убивства до перевіреного кінця.',
    RESTARTS_MAX: 'Більше збоїв, ніж це, за RESTART_WINDOW_MS, і акаунт чекає на людину (FAILED).',
    RESTART_WINDOW_MS: 'Ковзне вікно для RESTARTS_MAX.',
    BACKOFF_FIRST_MS: 'Пауза перед першим перезапуском; із кожним наступним подвоюється.',
    BACKOFF_MS_MAX: 'Найдовша пауза перед перезапуском.',
    BACKOFF_RESET_AFTER_MS: 'З’єднаний так довго, і наступна пауза знову перша.',
    SEND_GAP_MS_MIN: 'Найменша пауза після повідомлення акаунта; `settings.pace` акаунта важить більше за ці три.',
    SEND_GAP_MS_MAX: 'Найбільша така пауза; кожну вибирають випадково між двома.',
    SEND_PER_MINUTE_MAX: 'Повідомлень акаунта за будь-яку хвилину; 0: без межі.',
    OUTBOX_STALE_AFTER_MS:
      'Черга, чиє найстарше повідомлення чекало довше, коли акаунт з’єднується, стоїть, доки людина її не продовжить; 0: ніколи.',
    WHATSAPP_LAUNCH_PARALLEL_MAX: 'Скільки сеансів WhatsApp можуть запускатися водночас.',
    TELEGRAM_LAUNCH_PARALLEL_MAX: 'Скільки сеансів Telegram можуть запускатися водночас.',
    SIMULATED_LAUNCH_PARALLEL_MAX: 'Скільки симульованих сеансів можуть запускатися водночас.',
    ENGINE_HOST_ACCOUNTS_MAX: 'Акаунтів в одному хості рушія: його збій перезапускає лише їх.',
    ENGINE_HEARTBEAT_MISSING_MS_MAX:
      'Хост рушія, що так довго мовчить, завершують разом із його браузерами; він закриває їх, коли мовчить Muster.',
    BROWSER_MEMORY_MB_MAX:
      'Пам’ять браузера одного акаунта; того, що виріс більше, замінюють, коли він не зайнятий (лише Linux).',
    BROWSER_LOOK_EVERY_MS: 'Як часто дивляться на пам’ять і процесор браузерів.',
    RECYCLE_IDLE_MS: 'Так довго без повідомлень, і браузер понад міру можна замінити.',
    DISK_FREE_MB_MIN:
      'Якщо на диску DATA_DIR вільно менше, /health і /health/ready відповідають 503, і браузерів не запускають.',
    RECEIVE_MEDIA: 'Забирає файли отриманих повідомлень. false: їх лише описують, і одразу як `failed`.',
    MEDIA_FETCH_MS_MAX: 'Як довго може йти файл, заданий URL, разом із переадресаціями.',
    MEDIA_RETENTION_DAYS:
      'Скільки зберігають файли повідомлень, надісланих і отриманих; потрібний тому, що чекає, зберігають довше.',
    EVENT_RETENTION_DAYS: 'Скільки зберігають журнал подій; давніший курсор вважають простроченим.',
    DELIVERY_RETENTION_DAYS:
      'Скільки зберігають доставки до вебхуків, узяті чи покинуті; доти їх можна доставити знову.',
    DELETED_RETENTION_DAYS: 'Скільки зберігають історію й повідомлення видаленого акаунта.',
    PROFILE_TRASH_DAYS: 'Скільки зберігають вхід, який відклали вбік.',
  },
  ru: {
    HOST: 'Адрес, на котором слушать. Любой, кроме loopback, требует API_KEYS.',
    PORT: 'Порт, на котором слушать; 0 берёт любой свободный (какой, скажет журнал).',
    DATA_DIR: 'Папка базы, входов и замка. Делайте её резервные копии.',
    DATABASE_URL: 'Какой Postgres использовать. Не задано: встроенный в DATA_DIR.',
    API_KEYS: 'Ключи, которые должен показать вызывающий (X-Api-Key или Authorization: Bearer), через запятую.',
    CHROMIUM_PATH:
      'Какой браузер использовать. Не задано: его ищут, иначе скачивают, иначе (root на Debian) ставят через apt-get.',
    CHROMIUM_ARGS:
      'Дополнительные флаги браузера; делятся, как слова в командной оболочке: флаг с пробелами берите в кавычки.',
    ALLOW_PRIVATE_TARGETS: 'Могут ли вебхуки и URL файлов указывать на частные или loopback-адреса?',
    WHATSAPP_BROWSER: 'shell: headless shell (половина памяти); full: целый Chromium; auto: shell, где он есть.',
    AUTO_RESTORE: 'При запуске подключать то, что должно было быть подключено раньше.',
    SHUTDOWN_DEADLINE_MS: 'Самая долгая вежливая остановка; что после неё открыто, завершают силой.',
    LOG_LEVEL: 'Самый низкий уровень, который пишут в журнал.',
    STATELY_INSPECTOR:
      'Даёт /stately: аккаунты в инспекторе Stately, странице stately.ai в вашем браузере. Только на loopback.',
    NATS_URL: 'Кластер. Ещё не построено: оставьте пустым.',
    LAUNCH_DEADLINE_MS: 'От запуска сеанса до первого знака провайдера.',
    QR_SCAN_DEADLINE_MS: 'Как долго QR-код предлагают для сканирования.',
    AUTHENTICATION_DEADLINE_MS: 'От принятого входа до проверенного соединения.',
    DEGRADED_DEADLINE_MS: 'Как долго подключённый аккаунт может быть без своего сокета, прежде чем его перезапустят.',
    PROVIDER_TIMEOUT_DEADLINE_MS: 'То же, когда страница говорит, что провайдер ей не отвечает (TIMEOUT).',
    CONFLICT_WAIT_MS: 'Пауза перед единственной следующей попыткой после того, как аккаунт открыли в другом месте.',
    PROBE_EVERY_MS: 'Как часто страницу подключённого аккаунта спрашивают о признаке жизни.',
    PROBE_ANSWER_MS_MAX: 'Сколько это может длиться; дважды без ответа, и сеанс заменяют.',
    CLOSE_DEADLINE_MS: 'Сколько сеанс может закрываться, прежде чем его убьют.',
    KILL_DEADLINE_MS: 'От убийства до проверенного конца.',
    RESTARTS_MAX: 'Больше сбоев, чем это, за RESTART_WINDOW_MS, и аккаунт ждёт человека (FAILED).',
    RESTART_WINDOW_MS: 'Скользящее окно для RESTARTS_MAX.',
    BACKOFF_FIRST_MS: 'Пауза перед первым перезапуском; с каждым следующим удваивается.',
    BACKOFF_MS_MAX: 'Самая долгая пауза перед перезапуском.',
    BACKOFF_RESET_AFTER_MS: 'Подключён так долго, и следующая пауза снова первая.',
    SEND_GAP_MS_MIN: 'Наименьшая пауза после сообщения аккаунта; `settings.pace` аккаунта важнее этих трёх.',
    SEND_GAP_MS_MAX: 'Наибольшая такая пауза; каждую выбирают случайно между двумя.',
    SEND_PER_MINUTE_MAX: 'Сообщений аккаунта за любую минуту; 0: без предела.',
    OUTBOX_STALE_AFTER_MS:
      'Очередь, чьё старейшее сообщение ждало дольше, когда аккаунт подключается, стоит, пока человек её не продолжит; 0: никогда.',
    WHATSAPP_LAUNCH_PARALLEL_MAX: 'Сколько сеансов WhatsApp могут запускаться одновременно.',
    TELEGRAM_LAUNCH_PARALLEL_MAX: 'Сколько сеансов Telegram могут запускаться одновременно.',
    SIMULATED_LAUNCH_PARALLEL_MAX: 'Сколько симулированных сеансов могут запускаться одновременно.',
    ENGINE_HOST_ACCOUNTS_MAX: 'Аккаунтов в одном хосте движка: его сбой перезапускает только их.',
    ENGINE_HEARTBEAT_MISSING_MS_MAX:
      'Хост движка, который так долго молчит, завершают вместе с его браузерами; он закрывает их, когда молчит Muster.',
    BROWSER_MEMORY_MB_MAX:
      'Память браузера одного аккаунта; выросший больше заменяют, когда он не занят (только Linux).',
    BROWSER_LOOK_EVERY_MS: 'Как часто смотрят на память и процессор браузеров.',
    RECYCLE_IDLE_MS: 'Так долго без сообщений, и браузер сверх меры можно заменить.',
    DISK_FREE_MB_MIN:
      'Если на диске DATA_DIR свободно меньше, /health и /health/ready отвечают 503, и браузеры не запускаются.',
    RECEIVE_MEDIA: 'Забирает файлы полученных сообщений. false: их лишь описывают, и сразу как `failed`.',
    MEDIA_FETCH_MS_MAX: 'Как долго может идти файл, заданный URL, вместе с переадресациями.',
    MEDIA_RETENTION_DAYS:
      'Сколько хранят файлы сообщений, отправленных и полученных; нужный тому, что ждёт, хранят дольше.',
    EVENT_RETENTION_DAYS: 'Сколько хранят журнал событий; более старый курсор считается просроченным.',
    DELIVERY_RETENTION_DAYS:
      'Сколько хранят доставки вебхукам, принятые или оставленные; до тех пор их можно доставить снова.',
    DELETED_RETENTION_DAYS: 'Сколько хранят историю и сообщения удалённого аккаунта.',
    PROFILE_TRASH_DAYS: 'Сколько хранят вход, который отложили в сторону.',
  },
};
