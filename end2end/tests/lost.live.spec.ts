import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { addByRequest, waiting } from '../support/songs.ts';

test('whoever dismisses it by the keyboard goes on from there', async ({ party, caterer, simulator }) => {
  const { host, code, guest } = await party();
  const anna = await guest();
  await addByRequest({ caterer, simulator, page: anna, code }, [1]);
  await expect.poll(waiting(host)).toEqual(['Tidewater']);
  await room.remove(host, 'Tidewater').click();
  await addByRequest({ caterer, simulator, page: host, code }, [2]);

  await room.dismiss(anna).focus();
  await anna.keyboard.press('Enter');
  await expect(room.dismiss(anna)).toHaveCount(0);
  await anna.keyboard.press('Tab');
  const inQueue = () => room.queue(anna).evaluate((queue) => queue.contains(document.activeElement));
  expect(await inQueue()).toBe(true);
});
