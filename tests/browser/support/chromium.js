// One Chromium for a test file, and pages in it that fail a test when they complain.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { pointCameraAt } from './camera.js';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

/** Starts Chromium with a camera of ours. */
export async function launch() {
  const folder = await mkdtemp(join(tmpdir(), 'waarmerk-camera-'));
  const film = join(folder, 'camera.y4m');
  await pointCameraAt(film, null);
  const browser = await chromium.launch({
    executablePath: process.env.WAARMERK_CHROMIUM ?? '/usr/bin/chromium',
    args: [...FLAGS, `--use-file-for-fake-video-capture=${film}`],
  });
  return {
    /** Shows a picture (PNG) to the camera, or a grey wall. */
    pointCameraAt: (png) => pointCameraAt(film, png ?? null),
    person: (options) => person(browser, options),
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Someone with a browser of their own: separate storage, one language, one screen size.
 *
 * `complaints` collects console errors, uncaught exceptions and content security policy reports; the
 * person's `leave` fails on any of them. A test that breaks the network itself names what it expects
 * with `expects`, a list of patterns.
 */
async function person(browser, options = {}) {
  const { width = 390, height = width < 600 ? 844 : 900, language = 'nl', offlineCache = false, expects = [], dark = false } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    locale: language === 'nl' ? 'nl-NL' : 'en-GB',
    timezoneId: 'Europe/Amsterdam',
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    permissions: ['camera', 'clipboard-read', 'clipboard-write'],
    // A service worker would answer from its cache, past the routes a test lays.
    serviceWorkers: offlineCache ? 'allow' : 'block',
  });
  context.setDefaultTimeout(20_000);
  const complaints = [];
  const note = (text) => {
    if (!expects.some((pattern) => pattern.test(text))) complaints.push(text);
  };
  context.on('page', (page) => {
    page.on('console', (message) => {
      if (message.type() === 'error') note(`${page.url().split('#')[0]}: ${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => note(`${page.url().split('#')[0]}: ${error.message}`));
  });
  return {
    context,
    language,
    width,
    complaints,
    async open(url) {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    /** Closes everything this person has open; fails when a page complained. */
    async leave() {
      await context.close();
      if (complaints.length > 0) throw new Error(`the pages complained:\n${complaints.join('\n')}`);
    },
  };
}
