import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { open } from '../support/scripts.ts';
import { fillUnchecked } from '../support/steps.ts';
import { CUT_OFF } from '../support/watch.ts';

test('settings are saved in place: the page, its focus and its fields stay', async ({ party }) => {
  const { host, path } = await party({ connected: false });
  await open(host, `${path}/settings`);
  let loads = 0;
  host.on('load', () => (loads += 1));
  const save = host.getByRole('button', { name: 'Save' });
  const said = host.locator('form').filter({ has: save }).getByRole('status');
  for (const votes of ['4', '5']) {
    await host.getByLabel('Votes to skip').fill(votes);
    await save.focus();
    const answered = host.waitForResponse('**/api/rooms/settings');
    await host.keyboard.press('Enter');
    expect((await answered).status()).toBe(200);
    await expect(said).toHaveText('Settings saved.');
    await expect(save).toBeFocused();
  }
  expect(loads).toBe(0);

  await open(host, `${path}/settings`);
  await expect(host.getByLabel('Votes to skip')).toHaveValue('5');
});

test('settings that are refused are said to be beside their field, after others were saved in place', async ({ party }) => {
  const { host, path } = await party({ connected: false });
  await open(host, `${path}/settings`);
  await host.getByRole('button', { name: 'Save' }).click();
  await expect(room.status(host, 'Settings saved.')).toBeVisible();

  await fillUnchecked(host.getByLabel('Votes to skip'), '101');
  await host.getByRole('button', { name: 'Save' }).click();

  await expect(host.getByLabel('Votes to skip')).toHaveAccessibleDescription(/from 1 to 100/);
  await expect(room.status(host, 'Settings saved.')).toHaveCount(0);
});

test('settings that do not reach the server are said not to, and stay in their fields', async ({ party, app, watch }) => {
  watch.allow(CUT_OFF);
  const { host, path } = await party({ connected: false });
  await open(host, `${path}/settings`);
  await host.getByLabel('Votes to skip').fill('9');
  await app.kill();
  await host.getByRole('button', { name: 'Save' }).click();
  await expect(room.status(host, 'cannot be reached')).toBeVisible();

  await app.start();
  await expect(host.getByLabel('Votes to skip')).toHaveValue('9');
  await host.getByRole('button', { name: 'Save' }).click();
  await expect(room.status(host, 'Settings saved.')).toBeVisible();
});
