import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { latest } from '../support/scripts.ts';

test('nothing moves by itself for those who asked for less motion', async ({ party }) => {
  const { host, guest } = await party();
  const anna = await guest();
  for (const page of [host, anna]) await page.emulateMedia({ reducedMotion: 'reduce' });
  await room.vote(anna).click();
  await expect.poll(latest(room.votes(anna))).toBe('1 of 2 votes to skip');
  await room.skip(host).click();
  await expect(room.title(anna)).toHaveText('Tidewater');

  for (const page of [host, anna]) {
    const moving = await page.evaluate(() => {
      const long = (times: string) => times.split(',').some((time) => parseFloat(time) > 0.01);
      return [...document.querySelectorAll('*')]
        .filter((element) => {
          const style = getComputedStyle(element);
          const animates = style.animationName !== 'none' && long(style.animationDuration);
          return animates || long(style.transitionDuration);
        })
        .map((element) => element.outerHTML.slice(0, 120));
    });
    expect(moving).toEqual([]);
  }
});
