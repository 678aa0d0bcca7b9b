/**
 * Chromium writes cookies down half a minute late, so a browser that was killed comes back with its login and without the
 * cookie. Then the page sets it again and loads anew, before anybody sees it: faults aimed at a number strike its document.
 */
(() => {
  const device = localStorage.getItem('stand-in-device');
  const cookie = `stand_in_device=${device}`;
  if (device === null || document.cookie.includes(cookie)) return;
  document.cookie = `${cookie}; max-age=31536000; path=/; secure`;
  // A browser that keeps no cookies must not go round in circles.
  if (document.cookie.includes(cookie)) location.replace(location.href);
})();
