import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';

test('a button that was pressed by the keyboard keeps the focus', async ({ party }) => {
  const { host, guest } = await party();
  const anna = await guest();
  await room.pause(host).focus();
  await host.keyboard.press('Space');
  await expect(room.play(host)).toBeFocused();
  await host.keyboard.press('Enter');
  await expect(room.pause(host)).toBeFocused();

  await room.vote(anna).focus();
  await room.skip(host).focus();
  await host.keyboard.press('Enter');
  for (const page of [host, anna]) await expect(room.title(page)).toHaveText('Tidewater');
  await expect(room.skip(host)).toBeFocused();
  await expect(room.vote(anna)).toBeFocused();
});
