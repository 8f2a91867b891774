import { expect, type Locator, type Page } from '@playwright/test';
import { room } from './room.ts';
import { live, open } from './scripts.ts';

/** Creates a room by its form; returns the room's code. */
export async function createRoom(page: Page): Promise<string> {
  await open(page, '/');
  await page.getByRole('link', { name: 'Create a room' }).click();
  await page.getByRole('button', { name: 'Create room' }).click();
  return arriveInRoom(page);
}

/** Waits for a room's page; returns the room's code. */
export async function arriveInRoom(page: Page): Promise<string> {
  await expect(page).toHaveURL(/\/room\/[A-HJ-KM-NP-Z2-9]{6}(\?|$)/);
  await live(page);
  return new URL(page.url()).pathname.split('/')[2] ?? '';
}

/** Connects the room of this page to Spotify; whoever signs in there agrees. */
export async function connectSpotify(page: Page): Promise<void> {
  await room.connect(page).click();
  await page.getByRole('button', { name: 'Agree' }).click();
  await arriveInRoom(page);
}

/** Joins a room by typing its code, in whatever spelling. */
export async function joinByCode(page: Page, code: string): Promise<void> {
  await open(page, '/');
  await page.getByRole('link', { name: 'Join a room' }).click();
  await page.getByLabel('Room code').fill(code);
  await page.getByRole('button', { name: 'Join room' }).click();
  await arriveInRoom(page);
}

/** Joins a room by its link. */
export async function joinByLink(page: Page, link: string): Promise<void> {
  await open(page, link);
  await page.getByRole('button', { name: 'Join room' }).click();
  await expect(page.getByRole('button', { name: 'Leave room' })).toBeVisible();
  await live(page);
}

/** Fills a field with what its own checks would keep from being sent. */
export async function fillUnchecked(field: Locator, value: string): Promise<void> {
  await field.evaluate((element: HTMLInputElement) => {
    if (element.form) element.form.noValidate = true;
    element.type = 'text';
  });
  await field.fill(value);
}
