import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { catchUp, latest, live, open } from '../support/scripts.ts';
import { arriveInRoom } from '../support/steps.ts';
import { tabTo } from '../support/keyboard.ts';

test('a guest joins, votes, withdraws and leaves by the keyboard alone', async ({ party, newcomer }) => {
  const { code } = await party();
  const guest = await newcomer();
  await open(guest, '/');
  await tabTo(guest.getByRole('link', { name: 'Join a room' }));
  await guest.keyboard.press('Enter');

  await expect(guest.getByLabel('Room code')).toBeVisible();
  await live(guest);
  await tabTo(guest.getByLabel('Room code'));
  await guest.keyboard.type(code.toLowerCase());
  await guest.keyboard.press('Enter');
  await arriveInRoom(guest);

  await catchUp(guest);
  await tabTo(room.vote(guest));
  await guest.keyboard.press('Space');
  await expect(room.vote(guest)).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(latest(room.votes(guest))).toBe('1 of 2 votes to skip');

  await tabTo(room.vote(guest));
  await guest.keyboard.press('Enter');
  await expect(room.vote(guest)).toHaveAttribute('aria-pressed', 'false');

  await catchUp(guest);
  await tabTo(room.leave(guest));
  await guest.keyboard.press('Space');
  await expect(guest.getByRole('link', { name: 'Join a room' })).toBeVisible();
});

test('a host creates a room and changes it by the keyboard alone', async ({ page }) => {
  await open(page, '/');
  await tabTo(page.getByRole('link', { name: 'Create a room' }));
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Votes to skip')).toBeVisible();
  await live(page);
  await tabTo(page.getByLabel('Votes to skip'));
  await page.keyboard.press('ArrowUp');
  await tabTo(page.getByLabel('Guests can pause'));
  await page.keyboard.press('Space');
  await tabTo(page.getByRole('button', { name: 'Create room' }));
  await page.keyboard.press('Enter');
  await arriveInRoom(page);

  await catchUp(page);
  await tabTo(room.settings(page));
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Votes to skip')).toHaveValue('3');
  await expect(page.getByLabel('Guests can pause')).toBeChecked();
  await tabTo(page.getByRole('link', { name: 'Close room' }));
});
