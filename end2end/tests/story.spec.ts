import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { latest } from '../support/scripts.ts';
import { connectSpotify, createRoom, joinByCode, joinByLink } from '../support/steps.ts';

test('a host plays music, and two guests vote it away', async ({ page: host, newcomer, simulator }) => {
  const [first, second] = await simulator.songs();
  if (!first || !second) throw new Error('The catalogue is empty');
  const account = await simulator.addAccount();
  await simulator.play(account, { item: first.uri });
  await simulator.control(account, { coming: [{ item: second.uri }] });

  const code = await createRoom(host);
  await connectSpotify(host);
  await expect.poll(latest(room.title(host))).toBe(first.name);

  const anna = await newcomer();
  await joinByCode(anna, ` ${code.slice(0, 3).toLowerCase()} ${code.slice(3).toLowerCase()} `);
  await expect(room.title(anna)).toHaveText(first.name);

  const ben = await newcomer();
  await joinByLink(ben, `/room/${code}`);
  await expect(room.votes(ben)).toHaveText('0 of 2 votes to skip');

  await room.vote(anna).click();
  for (const page of [host, anna, ben]) {
    await expect.poll(latest(room.votes(page))).toBe('1 of 2 votes to skip');
  }

  await room.vote(ben).click();
  for (const page of [host, anna, ben]) {
    await expect.poll(latest(room.title(page))).toBe(second.name);
    await expect.poll(latest(room.votes(page))).toBe('0 of 2 votes to skip');
  }
});
