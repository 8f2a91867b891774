import { expect, test } from '../support/fixtures.ts';
import { barriers } from '../support/looks.ts';
import { room } from '../support/room.ts';
import { catchUp, latest, open } from '../support/scripts.ts';
import { addByRequest, waiting } from '../support/songs.ts';

test('whoever asked for a song that the host removed reads so until they dismiss it', async ({ party, caterer, simulator }) => {
  const { host, code, path, guest } = await party();
  const anna = await guest();
  const ben = await guest();
  await addByRequest({ caterer, simulator, page: anna, code }, [1]);
  await addByRequest({ caterer, simulator, page: ben, code }, [2]);
  await expect.poll(waiting(host)).toEqual(['Tidewater', 'Last Ferry Home']);
  await expect(room.dismiss(anna)).toHaveCount(0);

  await room.remove(host, 'Tidewater').click();
  await expect.poll(latest(room.queue(anna))).toContain('“Tidewater” was removed by the host.');
  await expect(room.status(anna, '“Tidewater” was removed by the host.')).toBeVisible();
  expect(await barriers(anna)).toEqual([]);
  await catchUp(ben);
  for (const page of [host, ben]) await expect(room.queue(page)).not.toContainText('was removed by the host');
  await expect(room.dismiss(ben)).toHaveCount(0);

  await catchUp(anna);
  await room.dismiss(anna).click();
  await expect(room.queue(anna)).not.toContainText('Tidewater');
  await expect(room.dismiss(anna)).toHaveCount(0);
  await open(anna, path);
  await expect(room.queue(anna)).not.toContainText('Tidewater');
});

test('whoever asked for songs of a cleared queue reads so once that cannot be undone', async ({ party, caterer, simulator }) => {
  const { host, code, guest } = await party();
  const anna = await guest();
  await addByRequest({ caterer, simulator, page: anna, code }, [1, 2]);
  await expect.poll(waiting(host)).toEqual(['Tidewater', 'Last Ferry Home']);

  await room.clear(host).click();
  await expect.poll(latest(room.queue(anna))).toContain('Nothing waits yet');
  await expect(room.queue(anna)).not.toContainText('went with it');

  const words = 'The host cleared the queue, and “Last Ferry Home” and “Tidewater” went with it.';
  await expect.poll(latest(room.queue(anna))).toContain(words);
  await addByRequest({ caterer, simulator, page: anna, code }, [3]);
  await expect.poll(waiting(anna)).toEqual(['Velvet Static']);
  await expect.poll(latest(room.queue(anna))).not.toContain('went with it');
});
