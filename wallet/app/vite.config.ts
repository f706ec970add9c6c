import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vite';
import { page } from '../../ui/vite.ts';
import { installable } from '../../ui/pwa.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig(
  mergeConfig(
    page([
      installable({
        name: 'Waarmerk wallet',
        short_name: 'Wallet',
        description: 'Je microcredentials op je eigen apparaat.',
      }),
    ]),
    // The app, and the page that links lead to.
    { build: { rollupOptions: { input: { app: here('index.html'), shared: here('s/index.html') } } } },
  ),
);
