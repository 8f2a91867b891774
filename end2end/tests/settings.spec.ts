import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { hasScripts, latest, load, open } from '../support/scripts.ts';
import { fillUnchecked } from '../support/steps.ts';

test('what a host saves holds for everybody', async ({ party }) => {
  const { host, path, guest } = await party();
  const anna = await guest();
  await expect(room.votes(anna)).toHaveText('0 of 2 votes to skip');

  await room.settings(host).click();
  await host.getByLabel('Votes to skip').fill('4');
  await host.getByLabel('Guests can pause').check();
  await host.getByRole('button', { name: 'Save' }).click();
  await expect(host.getByRole('status').filter({ hasText: 'Settings saved.' })).toBeVisible();

  await expect.poll(latest(room.votes(anna))).toBe('0 of 4 votes to skip');
  await expect(room.pause(anna)).toBeVisible();

  await host.getByRole('link', { name: 'Back to room' }).click();
  await expect(host).toHaveURL(new RegExp(`${path}(\\?|$)`));
  await expect(room.votes(host)).toHaveText('0 of 4 votes to skip');
  await room.settings(host).click();
  await expect(host.getByLabel('Votes to skip')).toHaveValue('4');
  await host.getByLabel('Guests can pause').uncheck();
  await host.getByRole('button', { name: 'Save' }).click();

  await expect.poll(latest(room.pause(anna))).toBe('');
});

for (const votes of ['0', '-5', '101', 'two', '']) {
  test(`"${votes}" votes are refused beside the field, which keeps its value`, async ({ party }) => {
    const { host, path } = await party({ connected: false });
    await open(host, `${path}/settings`);
    await host.getByLabel('Guests can pause').check();
    await fillUnchecked(host.getByLabel('Votes to skip'), votes);
    await host.getByRole('button', { name: 'Save' }).click();

    const field = host.getByLabel('Votes to skip');
    await expect(field).toHaveAccessibleDescription(/whole number from 1 to 100/);
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveValue(votes);
    await expect(host.getByLabel('Guests can pause')).toBeChecked();

    await open(host, `${path}/settings`);
    await expect(field).toHaveValue('2');
    await expect(host.getByLabel('Guests can pause')).not.toBeChecked();
  });
}

test('what a host decides about songs is kept, boxes that are off too', async ({ party }) => {
  const { host, path } = await party({ connected: false });
  await open(host, `${path}/settings`);
  const order = host.getByRole('radiogroup', { name: 'Order' });
  await expect(order.getByLabel('Most votes')).toBeChecked();
  await order.getByLabel('Fair turns').check();
  await host.getByLabel('Explicit songs allowed').uncheck();
  await host.getByLabel('Songs per person').fill('3');
  await host.getByRole('button', { name: 'Save' }).click();
  await expect(room.status(host, 'Settings saved.')).toBeVisible();

  await open(host, `${path}/settings`);
  await expect(order.getByLabel('Fair turns')).toBeChecked();
  await expect(host.getByLabel('Guests can ask for songs')).toBeChecked();
  await expect(host.getByLabel('Explicit songs allowed')).not.toBeChecked();
  await expect(host.getByLabel('Songs per person')).toHaveValue('3');
  await expect(host.getByLabel('Longest song in minutes')).toHaveValue('');
});

test('a limit for songs that makes no sense is refused beside its field', async ({ party }) => {
  const { host, path } = await party({ connected: false });
  await open(host, `${path}/settings`);
  await host.getByLabel('First come').check();
  await host.getByLabel('Guests can ask for songs').uncheck();
  await fillUnchecked(host.getByLabel('Longest song in minutes'), '61');
  await host.getByRole('button', { name: 'Save' }).click();

  const field = host.getByLabel('Longest song in minutes');
  await expect(field).toHaveAccessibleDescription(/from 1 to 60/);
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveValue('61');
  await expect(host.getByLabel('First come')).toBeChecked();
  await expect(host.getByLabel('Guests can ask for songs')).not.toBeChecked();
  await expect(host.getByLabel('Votes to skip')).not.toHaveAttribute('aria-invalid', 'true');
});

test('a preset fills the form in and is saved by the host\'s press', async ({ party }) => {
  const { host, path } = await party({ connected: false });
  await open(host, `${path}/settings`);
  await host.getByRole('navigation', { name: 'Presets' }).getByRole('link', { name: 'Office' }).click();
  await expect(room.status(host, 'Nothing has changed yet')).toBeVisible();
  await expect(host.getByLabel('Fair turns')).toBeChecked();
  await expect(host.getByLabel('Explicit songs allowed')).not.toBeChecked();
  await host.getByRole('button', { name: 'Save' }).click();
  await expect(room.status(host, 'Settings saved.')).toBeVisible();

  await open(host, `${path}/settings`);
  await expect(host.getByLabel('Fair turns')).toBeChecked();
  await expect(host.getByLabel('Guests can pause')).toBeChecked();
  await expect(host.getByLabel('No repeat within minutes')).toHaveValue('480');
});

test('settings are the host\'s alone', async ({ party, newcomer }) => {
  const { path, guest } = await party();
  for (const page of [await guest(), await newcomer()]) {
    for (const address of [`${path}/settings`, `${path}/close`]) {
      const answer = await load(page, address);
      expect(answer?.status()).toBe(403);
      await expect(page.getByRole('alert')).toBeVisible();
      await expect(page.getByRole('link', { name: 'Back to the start' })).toBeVisible();
      await expect(page.getByRole('button', { name: /Save|Close room/ })).toHaveCount(0);
    }
  }
});

test('the host sees how everything does, and guests do not', async ({ party }) => {
  const { host, path, guest } = await party();
  const anna = await guest();

  await open(host, `${path}/settings`);

  const health = host.getByRole('region', { name: 'Health' });
  await expect(health.getByRole('heading', { level: 2 })).toHaveText('Health');
  await expect(health).toContainText('Spotify: Connected and answering.');
  await expect(health).toContainText(/last answer: \d\d:\d\d:\d\d UTC, \d+ seconds? before/);
  await expect(health).toContainText(/Version: Auxroom \d+\.\d+\.\d+/);
  // The guest's stream may open a moment after their page.
  const connected = async () => {
    await open(host, `${path}/settings`);
    return health.innerText();
  };
  await expect.poll(connected).toContain(`Guests connected: ${hasScripts() ? '1' : 'none'}.`);
  await load(anna, `${path}/settings`);
  await expect(anna.getByRole('region', { name: 'Health' })).toHaveCount(0);
});

test('a host who lets nobody new in keeps strangers out until it is allowed again', async ({ party, newcomer }) => {
  const { host, path, guest } = await party();
  const anna = await guest();
  await open(host, `${path}/settings`);
  await host.getByRole('button', { name: 'Let nobody new in' }).click();
  await expect(room.status(host, 'Nobody new can join now.')).toBeVisible();

  const stranger = await newcomer();
  await open(stranger, path);
  await stranger.getByRole('button', { name: 'Join room' }).click();
  await expect(room.alert(stranger, 'The host lets nobody new into this room right now.')).toBeVisible();
  await expect(room.leave(anna)).toBeVisible();

  await host.getByRole('button', { name: 'Let people join again' }).click();
  await expect(room.status(host, 'Anyone with the code can join again.')).toBeVisible();
  await stranger.getByRole('button', { name: 'Join room' }).click();
  await expect(room.leave(stranger)).toBeVisible();
});

test('a code that the host changes leads nobody new in, and members notice nothing', async ({ party, newcomer }) => {
  const { host, path, code, guest } = await party();
  const anna = await guest();
  await open(host, `${path}/settings`);
  await host.getByRole('button', { name: 'Change the code' }).click();
  await expect(room.status(host, 'The room has a new code.')).toBeVisible();
  await host.getByRole('link', { name: 'Back to room' }).click();
  await expect(host).not.toHaveURL(new RegExp(code));
  await expect(room.skip(host)).toBeVisible();

  const stranger = await newcomer();
  expect((await load(stranger, path))?.status()).toBe(404);
  await room.vote(anna).click();
  await expect.poll(latest(room.votes(anna))).toBe('1 of 2 votes to skip');
  await open(anna, path);
  await expect(room.leave(anna)).toBeVisible();
});
