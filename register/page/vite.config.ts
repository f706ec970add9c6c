import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { page } from '../../ui/vite.ts';

const shared = page();
const entry = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** The public page, and the one for keepers in its own folder. */
export default defineConfig({
  ...shared,
  build: { ...shared.build, rollupOptions: { input: { public: entry('./index.html'), keeper: entry('./keeper/index.html') } } },
});
