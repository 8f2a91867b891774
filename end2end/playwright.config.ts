import { defineConfig, devices } from '@playwright/test';

const script = /\.live\.spec\.ts$/;
const noScript = /\.plain\.spec\.ts$/;
// What a thumb and a narrow screen can make a difference to; all else does not depend on the screen.
const narrow = /(story|pages|join|votes|playback|now-playing|motion)(\.live)?\.spec\.ts$/;

export default defineConfig({
  testDir: 'tests',
  outputDir: 'results/artifacts',
  globalSetup: './support/build.ts',
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  // More than cores: most of a test is waiting for Spotify's pace.
  workers: 4,
  // Generous: they cost nothing unless a test fails, and a busy machine must not fail one.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    // `--trace on` where a failure needs it: recording takes a quarter of the time.
    colorScheme: 'dark',
    launchOptions: {
      executablePath: '/usr/bin/chromium-headless-shell',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'desktop', testIgnore: noScript, use: { viewport: { width: 1440, height: 900 } } },
    {
      name: 'phone',
      testMatch: narrow,
      use: { ...devices['Pixel 7'], viewport: { width: 390, height: 844 } },
    },
    {
      name: 'no-script',
      testIgnore: script,
      use: { viewport: { width: 1440, height: 900 }, javaScriptEnabled: false },
    },
  ],
});
