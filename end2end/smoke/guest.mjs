import assert from 'node:assert/strict';
import { By, until } from 'selenium-webdriver';
import { HOSTS_SONGS } from './host.mjs';

/** Longer than the longest pause between two looks at Spotify. */
const PATIENCE_MS = 20_000;

const TITLE = By.css('[aria-label="Now playing"] h2');
const VOTE = By.xpath('//button[normalize-space()="Vote to skip"]');

/** Joins the room, sees the song change, votes, asks for a song, votes for another: all on one page that is never loaded again. */
export async function guest(driver, { app, simulator, code }) {
  await driver.get(`${app.url}/join`);
  await driver.findElement(By.css('input[name=code]')).sendKeys(code.toLowerCase());
  await driver.findElement(By.xpath('//button[normalize-space()="Join room"]')).click();
  const title = await driver.wait(until.elementLocated(TITLE), PATIENCE_MS);
  assert.equal(await title.getText(), 'Paper Lanterns');

  // Scripts alone show this button: the page has come to life.
  const copy = await driver.findElement(By.xpath('//button[normalize-space()="Copy link"]'));
  await driver.wait(until.elementIsVisible(copy), PATIENCE_MS);
  await driver.executeScript('window.isStillHere = true');

  await simulator.play('latest', { item: '9' });
  await driver.wait(async () => (await textOf(driver, TITLE)) === 'Kein Schlaf', PATIENCE_MS, 'the song to change');

  await driver.findElement(VOTE).click();
  const votes = By.xpath('//*[normalize-space()="1 of 2 votes to skip"]');
  await driver.wait(until.elementLocated(votes), PATIENCE_MS, 'the vote to be counted');
  assert.equal(await driver.findElement(VOTE).getAttribute('aria-pressed'), 'true');

  await askForSong(driver, 'Tidewater');
  await voteForSong(driver);
  assert.equal(await driver.executeScript('return window.isStillHere'), true, 'the page was loaded again');
}

/** Finds a song, adds it, sees it wait, and withdraws it. */
async function askForSong(driver, title) {
  await driver.findElement(By.id('search')).sendKeys(title);
  await press(driver, `Add ${title}`);
  await queueIs(driver, [...HOSTS_SONGS, title]);
  await press(driver, `Withdraw ${title}`);
  await queueIs(driver, HOSTS_SONGS);
}

/** Votes for the second song, which becomes the first; the focus stays on its button. */
async function voteForSong(driver) {
  const [first, second] = HOSTS_SONGS;
  const name = `Vote for ${second}`;
  await press(driver, name);
  await queueIs(driver, [second, first]);
  const focused = await driver.executeScript('return document.activeElement.getAttribute("aria-label")');
  assert.equal(focused, name, 'the focus moved elsewhere');
}

async function press(driver, name) {
  const button = await driver.wait(until.elementLocated(By.css(`button[aria-label="${name}"]`)), PATIENCE_MS, name);
  await driver.executeScript('arguments[0].scrollIntoView({ block: "center" }); arguments[0].focus()', button);
  await button.click();
}

async function queueIs(driver, titles) {
  const script = `return [...document.querySelectorAll('section[aria-labelledby="queue"] h3')].map((it) => it.textContent)`;
  const isSo = async () => JSON.stringify(await driver.executeScript(script)) === JSON.stringify(titles);
  await driver.wait(isSo, PATIENCE_MS, `the queue to be ${titles.join(', ')}`);
}

/** An element may be drawn anew between finding and reading it. */
async function textOf(driver, locator) {
  return driver.executeScript(
    'return document.querySelector(arguments[0])?.textContent',
    locator.value,
  );
}
