import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IN_MOTION, openBrowser, openDashboard } from '#test/support/dashboard-page';
import { killExactly, setStage, WAIT, type WhatsappStage } from '#test/support/whatsapp-stage';

const phone = '+491700000001';
const other = '+491700000008';

let stage: WhatsappStage;
let browser: Browser;
beforeAll(async () => {
  [stage, browser] = await Promise.all([setStage(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await stage?.[Symbol.asyncDispose]();
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
/** Beside the name of the account. A browser starts in 1 to 3 s; beside others it takes longer. */
const becomes = (page: Page, status: string) =>
  page.locator('.account-title .status', { hasText: status }).waitFor({ timeout: WAIT.timeoutMs });
const message = (page: Page, text: string) => page.locator('.message', { hasText: text });

it('goes the whole way with a WhatsApp account: added, scanned, written to and from, fallen, healed, logged out', async () => {
  await using dashboard = await openDashboard(browser, stage.runtime.url, IN_MOTION);
  const { page } = dashboard;
  await button(page, 'Add account').first().click();
  await page.getByLabel('Label').fill('Sales Kyiv');
  await button(page, 'Add').click();
  await page.getByRole('heading', { name: 'Sales Kyiv' }).waitFor();
  const id = page.url().split('/').at(-1)!;

  await stage.control.setFault({ name: 'slow', stage: 'sync', ms: 1_500, number: phone, times: 1 });
  await button(page, 'Connect').click();
  await page.getByAltText('QR code to scan with the phone').waitFor({ timeout: WAIT.timeoutMs });
  await dashboard.picture('whatsapp-qr');
  await stage.scan(id, phone);
  await becomes(page, 'Authenticating');
  await page.locator('.progress', { hasText: /\d+%/ }).waitFor();
  await dashboard.picture('whatsapp-authenticating');
  await becomes(page, 'Connected');

  await page.getByLabel('To', { exact: true }).fill('+49 170 000 0009');
  await page.getByLabel('Message', { exact: true }).fill('Good morning');
  await page.keyboard.press('Enter');
  await message(page, 'Good morning').getByText('Delivered').waitFor();
  const [sent] = (await stage.client.messages.list(id, { direction: 'out' })).items;
  await stage.control.moveAck(sent!.providerMessageId!, 3);
  await message(page, 'Good morning').getByText('Read').waitFor();
  await stage.control.sendIn({ from: other, to: phone, text: 'Good evening' });
  await message(page, 'Good evening')
    .getByRole('button', { name: `Answer ${other}` })
    .click();
  expect(await page.getByLabel('To', { exact: true }).inputValue()).toBe(other);

  await stage.control.setFault({ name: 'slow', stage: 'page', ms: 1_500, times: 1 }); // so that it is seen to be away
  killExactly(stage.browserOf(id)[0]);
  await page.locator('.notice', { hasText: 'The browser ended unexpectedly' }).waitFor();
  await dashboard.picture('whatsapp-fallen');
  await becomes(page, 'Connected');
  // One, unless a browser came up in vain.
  await page
    .getByText('Restarts')
    .locator('..')
    .getByText(/^[1-9]/)
    .waitFor();
  await dashboard.picture('whatsapp-healed');
  expect(await dashboard.hindrances()).toEqual([]);

  await button(page, 'Log out').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Log out' }).click();
  await becomes(page, 'Disconnected');
  // It is while its browser closes that it leaves.
  await expect.poll(() => stage.control.devices()).toMatchObject([{ unlinked: 'self' }]);
  expect([dashboard.complaints, dashboard.strangers]).toEqual([[], []]);
}, 150_000);
