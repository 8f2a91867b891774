import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { latest } from '../support/scripts.ts';

test('more than half of the people here skip a song, however many are here', async ({ party }) => {
  const { host, guest } = await party();
  const anna = await guest();
  const ben = await guest();
  const cleo = await guest();

  await room.settings(host).click();
  const rule = host.getByRole('radiogroup', { name: 'Skip rule' });
  await expect(rule.getByRole('radio', { name: 'Number of votes' })).toBeChecked();
  await rule.getByRole('radio', { name: 'Share of the people here' }).check();
  await host.getByLabel('Share in percent').fill('50');
  await host.getByRole('button', { name: 'Save' }).click();
  await expect(room.status(host, 'Settings saved.')).toBeVisible();
  await host.getByRole('link', { name: /^Back to room/ }).click();

  const votes = (page: typeof anna) => latest(page.getByText(/^\d+ of \d+ votes to skip/));
  await expect.poll(votes(anna)).toBe('0 of 3 votes to skip (4 people here)');
  await expect(anna.getByText(/^4 people here · more than half of the people here skip a song/)).toBeVisible();
  await room.leave(cleo).click();
  for (const page of [host, anna, ben]) await expect.poll(votes(page)).toBe('0 of 2 votes to skip (3 people here)');

  await room.vote(anna).click();
  await expect.poll(votes(ben)).toBe('1 of 2 votes to skip (3 people here)');
  await expect(room.title(ben)).toHaveText('Paper Lanterns');
  await room.vote(ben).click();
  await expect.poll(latest(room.title(host))).toBe('Tidewater');
});

test('a share that makes no sense is refused beside its field, which keeps it', async ({ party }) => {
  const { host } = await party({ connected: false });
  await room.settings(host).click();
  await host.getByRole('radio', { name: 'Share of the people here' }).check();
  const field = host.getByLabel('Share in percent');
  // The field's own check would keep it from being sent.
  await field.evaluate((input: HTMLInputElement) => (input.form!.noValidate = true));
  await field.fill('95');
  await host.getByRole('button', { name: 'Save' }).click();

  await expect(field).toHaveAccessibleDescription(/from 10 to 90 percent/);
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveValue('95');
});
