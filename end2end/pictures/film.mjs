import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Between two frames of what moves. */
const STEP_MS = 50;
/** Between two frames of what stands still but for its clock. */
const IDLE_MS = 250;

/**
 * Films a page; returns its frames. To take a picture takes longer than to move: whatever moves is held, and moved on
 * from picture to picture, so that it moves as evenly as before somebody's eyes, however busy this machine is.
 */
export async function film(page, { length_ms, acts, folder }) {
  const [clip, coming, frames] = [await withoutBanner(page), [...acts], []];
  let [image, moves] = [undefined, false];
  let [time_ms, taken_at] = [0, performance.now()];
  // It never ends in the middle of a move.
  while (time_ms < length_ms || moves) {
    if (coming[0]?.at_ms <= time_ms) await coming.shift().act();
    moves = await page.evaluate(moveOn, STEP_MS);
    const before = image;
    image = await withCovers(page, { clip });
    if (!moves) await page.waitForFunction(moving, undefined, { timeout: IDLE_MS, polling: 20 }).catch(() => {});
    const now = performance.now();
    const lasts_ms = moves ? STEP_MS : Math.round(now - taken_at);
    taken_at = now;
    time_ms += lasts_ms;
    if (before?.equals(image)) {
      frames.at(-1).lasts_ms += lasts_ms;
      continue;
    }
    const path = join(folder, `${frames.length}.png`);
    writeFileSync(path, image);
    frames.push({ path, lasts_ms });
  }
  return frames;
}

/** What a page shows below the banner of the demo. */
export async function withoutBanner(page) {
  const { width, height } = page.viewportSize();
  const bottom = await page.locator('.demo').evaluate((banner) => banner.getBoundingClientRect().bottom);
  const y = Math.max(0, Math.ceil(bottom));
  return { x: 0, y, width, height: height - y };
}

/** Takes a picture of a page on which every cover is there, also of a song that came just now. */
export async function withCovers(page, options) {
  for (;;) {
    const before = await coversInSight(page);
    const image = await page.screenshot(options);
    if ((await coversInSight(page)) === before) return image;
  }
}

/** The addresses of the covers in sight, once all of them are there. */
async function coversInSight(page) {
  const covers = await page.waitForFunction(() => {
    const seen = [...document.images].filter((image) => {
      const { top, bottom } = image.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
    return seen.every((image) => image.complete && image.naturalWidth > 0) && `${seen.map(({ src }) => src)} `;
  });
  return covers.jsonValue();
}

/** In the page: moves on whatever moves by so much; returns whether anything does. */
function moveOn(step_ms) {
  // What takes longer is no motion but a glow.
  const brief = document.getAnimations().filter(({ timeline, effect }) => {
    return timeline === document.timeline && effect.getTiming().duration <= 1_000;
  });
  for (const animation of brief) {
    const next_ms = animation.playState === 'running' ? 0 : animation.currentTime + step_ms;
    animation.pause();
    if (next_ms < animation.effect.getComputedTiming().endTime) animation.currentTime = next_ms;
    else animation.finish();
  }
  return brief.length > 0;
}

/** In the page: whether something moves that is not held yet. */
function moving() {
  return document.getAnimations().some(({ timeline, effect, playState }) => {
    return timeline === document.timeline && playState === 'running' && effect.getTiming().duration <= 1_000;
  });
}
