import { expect, type Page } from '@playwright/test';
import type { Caterer } from './party.ts';
import { room } from './room.ts';
import { catchUp, hasScripts } from './scripts.ts';
import type { Simulator } from './simulator.js';

/** Searches by the keyboard, as it goes with scripts and without. */
export async function search(page: Page, words: string): Promise<void> {
  await room.searchbox(page).fill(words);
  if (!hasScripts()) await room.searchbox(page).press('Enter');
  await expect(room.results(page)).toBeVisible();
}

/** Searches for a song by its title and adds it. */
export async function addSong(page: Page, title: string): Promise<void> {
  await search(page, title);
  await room.add(page, title).click();
  await expect(room.song(page, title)).toBeVisible();
}

/** Adds songs of the simulator's catalogue by their places in it, without the page's doing. */
export async function addByRequest(
  { caterer, simulator, page, code }: { caterer: Caterer; simulator: Simulator; page: Page; code: string },
  places: number[],
): Promise<void> {
  const songs = await simulator.songs();
  for (const place of places) {
    await caterer.post(page, '/api/queue/add', { code, uri: songs[place]?.uri ?? '' });
  }
}

/** The titles of the songs that wait by now, for `expect.poll`. */
export function waiting(page: Page): () => Promise<string[]> {
  return async () => {
    await catchUp(page);
    return room.waiting(page).allInnerTexts();
  };
}
