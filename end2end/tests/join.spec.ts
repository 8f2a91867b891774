import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { latest, open } from '../support/scripts.ts';
import { arriveInRoom, joinByCode } from '../support/steps.ts';

test('a guest joins by a code in small letters with spaces and a hyphen', async ({ party, newcomer }) => {
  const { host, code } = await party();
  const guest = await newcomer();

  await joinByCode(guest, ` ${code.slice(0, 2).toLowerCase()} ${code.slice(2, 4)}-${code.slice(4).toLowerCase()} `);

  await expect(guest).toHaveURL(new RegExp(`/room/${code}(\\?|$)`));
  await expect(room.vote(guest)).toBeVisible();
  await expect.poll(latest(room.facts(host))).toContain('2 people here');
});

test('a link with a code fills the form in', async ({ party, newcomer }) => {
  const { code } = await party();
  const guest = await newcomer();
  await open(guest, `/join?code=${code}`);

  await expect(guest.getByLabel('Room code')).toHaveValue(code);
  await guest.getByRole('button', { name: 'Join room' }).click();

  expect(await arriveInRoom(guest)).toBe(code);
  await expect(room.leave(guest)).toBeVisible();
});

test('opening a room\'s link does not join it', async ({ party, newcomer }) => {
  const { host, path } = await party();
  const stranger = await newcomer();
  await open(stranger, path);

  await expect(stranger.getByRole('button')).toHaveText(['Join room']);
  await expect(room.nowPlaying(stranger)).toHaveCount(0);
  expect(await stranger.context().cookies()).toEqual([]);
  await expect.poll(latest(room.facts(host))).toContain('1 person here');
});

test('the button of a room\'s link leads in', async ({ party, newcomer }) => {
  const { host, path } = await party();
  const guest = await newcomer();
  await open(guest, path);
  await guest.getByRole('button', { name: 'Join room' }).click();

  await expect(room.title(guest)).toBeVisible();
  await expect(room.vote(guest)).toBeVisible();
  await expect.poll(latest(room.facts(host))).toContain('2 people here');
});

test('joining again changes nothing', async ({ party, caterer }) => {
  const { host, code, guest } = await party();
  const anna = await guest();
  await room.vote(anna).click();
  await expect.poll(latest(room.votes(anna))).toBe('1 of 2 votes to skip');

  await caterer.join(anna, code);

  await expect.poll(latest(room.facts(host))).toContain('2 people here');
  await expect.poll(latest(room.votes(anna))).toBe('1 of 2 votes to skip');
});

for (const [text, trouble] of [
  ['ABC23', 'six letters and digits'],
  ['ABC10O', 'six letters and digits'],
  ['<b>', 'six letters and digits'],
  ['ZZZZZZ', 'no room with that code'],
] as const) {
  test(`the code "${text}" is refused beside the field, which keeps it`, async ({ page }) => {
    await open(page, '/join');
    await page.getByLabel('Room code').fill(text);
    await page.getByRole('button', { name: 'Join room' }).click();

    await expect(page.getByLabel('Room code')).toHaveAccessibleDescription(new RegExp(trouble));
    await expect(page.getByLabel('Room code')).toHaveValue(text);
    await expect(page).toHaveURL(/\/join/);
  });
}

test('the home page leads back to every room that one is in', async ({ party, caterer }) => {
  const { host, code } = await party();
  const other = await party({ connected: false });
  const third = await caterer.createRoom(host);
  await caterer.join(host, other.code);
  await open(host, '/');

  const rooms = host.getByRole('region', { name: 'Your rooms' }).getByRole('link');
  await expect(rooms).toHaveCount(3);
  await expect(rooms.filter({ hasText: code })).toContainText('you host');
  await expect(rooms.filter({ hasText: third })).toContainText('you host');
  await expect(rooms.filter({ hasText: other.code })).toContainText('you are a guest');

  await rooms.filter({ hasText: code }).click();
  await expect(room.title(host)).toHaveText('Paper Lanterns');
  await expect(room.skip(host)).toBeVisible();
});
